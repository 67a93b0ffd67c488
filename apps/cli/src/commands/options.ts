import { Option } from 'commander';
import { z } from 'zod';
import { kindSchema } from '@loam/contracts/skill';

/** `--kind`, which every command about one item has. */
export const kindOption = (): Option =>
  new Option('--kind <kind>', 'what it is').choices(kindSchema.options).default('skill');

export const kindOptions = z.object({ kind: kindSchema });

/** A whole number from 1. */
export const countSchema = z.coerce
  .number('must be a number')
  .int('must be a whole number')
  .min(1, 'must be at least 1');

/** The number of a revision or of a version of a policy, from 0. */
export const revisionSchema = z.coerce
  .number('must be a number')
  .int('must be a whole number')
  .min(0, 'must be at least 0');
