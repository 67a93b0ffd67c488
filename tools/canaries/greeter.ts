// at: apps/registry/src/greet/greeter.ts
// lint says nothing
import { Injectable } from '@nestjs/common';

@Injectable()
export class Greeter {
  readonly word = 'hello';
}
