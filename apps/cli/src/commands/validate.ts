import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import { z } from 'zod';
import { validateSkill } from '@loam/contracts/http/safety';
import { profileSchema } from '@loam/contracts/safety';
import { kindSchema } from '@loam/contracts/skill';
import { ExitCode } from '../failure';
import { findingLines } from '../findings';
import { kindOf, packed } from '../local/packed';
import type { Commands } from '../session';

export const validateCommand = (run: Commands): Command =>
  new Command('validate')
    .description('ask what publishing would say of a skill folder or file, without publishing it')
    .argument('<path>')
    .addOption(
      new Option('--kind <kind>', 'what it is; told by a folder agents or commands').choices(
        kindSchema.options,
      ),
    )
    .addOption(
      new Option('--profile <profile>', 'how strictly SKILL.md is read')
        .choices(profileSchema.options)
        .default('lenient'),
    )
    .action(
      run.action(
        z.object({ kind: kindSchema.optional(), profile: profileSchema }),
        async (session, { profile, ...chosen }, [given = '']) => {
          const path = resolve(session.world.cwd, given);
          const kind = chosen.kind ?? kindOf(path);
          const { bytes } = await packed(path, kind, session);
          const client = await session.client();
          const judged = await client.call(validateSkill, { body: { kind, profile }, bundle: bytes });
          session.output.result(judged, () =>
            [
              judged.ok ? 'It can be published and installed.' : 'It would not be installable as it is.',
              ...judged.issues.map(({ code, detail }) => `  ${profile}  ${detail} [${code}]`),
              ...findingLines(judged),
            ].join('\n'),
          );
          return judged.ok ? undefined : ExitCode.refused;
        },
      ),
    );
