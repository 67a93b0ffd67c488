// at: libs/bundles/src/injected-reader.ts
// lint says: A project tagged with "type:pure" is not allowed to import "@nestjs/common"
import { Injectable } from '@nestjs/common';

export const injectable = Injectable;
