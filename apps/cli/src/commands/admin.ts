import { Command } from 'commander';
import type { Commands } from '../session';
import { mirrorCommand } from './admin-mirror';
import { deadLetterCommand } from './admin-dlq';
import { replayCommand } from './admin-replay';

export const adminCommand = (run: Commands): Command =>
  new Command('admin')
    .description('for operators: replay checks, dead letters and mirrors')
    .addCommand(replayCommand(run))
    .addCommand(deadLetterCommand(run))
    .addCommand(mirrorCommand(run));
