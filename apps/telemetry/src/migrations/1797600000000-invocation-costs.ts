import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What an invocation costs is the last word about it, no longer the sum of all; what was added up counts as one word. */
export class InvocationCosts1797600000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE invocations NO FORCE ROW LEVEL SECURITY');
    await runner.query(`
      UPDATE invocations SET state = jsonb_set(state, '{costMicros}', CASE
        WHEN (state->>'costMicros')::float8 = 0 THEN 'null'
        ELSE jsonb_build_object('at', state->'about'->'at', 'id', state->'about'->'id', 'value', state->'costMicros')
      END) WHERE state IS NOT NULL`);
    await runner.query('ALTER TABLE invocations FORCE ROW LEVEL SECURITY');
  }

  async down(): Promise<void> {
    throw new Error('what was recorded cannot be unmade; restore a backup instead');
  }
}
