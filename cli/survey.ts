import { Command } from 'commander';
import type { Opened } from './open.ts';
import { checkCommand, showCommand } from './survey-check.ts';
import { codingCommand } from './survey-coding.ts';
import { waveCommand } from './survey-wave.ts';

/** `chaser survey`: surveys of people who took part in deployments. */
export function surveyCommand(opened: Opened): Command {
  return new Command('survey')
    .description('Surveys of people who took part in deployments.')
    .addCommand(checkCommand())
    .addCommand(showCommand())
    .addCommand(waveCommand(opened))
    .addCommand(codingCommand(opened));
}
