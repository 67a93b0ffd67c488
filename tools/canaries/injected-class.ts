// at: apps/registry/src/greet/greet.controller.ts
// lint says nothing
// types says nothing
import { Controller } from '@nestjs/common';
import { Greeter } from './greeter';

@Controller()
export class GreetController {
  constructor(private readonly greeter: Greeter) {}

  greet(): string {
    return this.greeter.word;
  }
}
