import { Command } from 'commander';
import type { Commands } from '../session';
import { deadLetterCommand } from './admin-dlq';
import { replayCommand } from './admin-replay';

export const adminCommand = (run: Commands): Command =>
  new Command('admin')
    .description('for operators: replay checks and dead letters')
    .addCommand(replayCommand(run))
    .addCommand(deadLetterCommand(run));
