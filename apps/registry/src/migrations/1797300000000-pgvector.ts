import type { MigrationInterface, QueryRunner } from 'typeorm';
import { ownerOf, roleNames } from '@loam/database';

/**
 * The function by which the registry, when it starts, has the vectors in a form that the database can compare, where
 * the extension `vector` is in the registry's schema. Whoever administers the database may add that at any time, so it
 * cannot be a migration's work. The extension is looked for by its schema: nobody but the owner puts anything there.
 */
export class Pgvector1797300000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const owner = await ownerOf(runner);
    const schema = owner.service;
    const { system } = roleNames(owner);
    const statements = [
      `CREATE FUNCTION use_pgvector() RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER
       SET search_path = ${schema}, pg_temp AS $$
       BEGIN
         PERFORM pg_advisory_xact_lock(hashtext('${schema} use_pgvector'));
         IF to_regtype('${schema}.halfvec') IS NULL OR NOT EXISTS (
           SELECT FROM pg_extension WHERE extname = 'vector' AND extnamespace = '${schema}'::regnamespace)
         THEN RETURN false;
         END IF;
         IF NOT EXISTS (SELECT FROM pg_attribute
           WHERE attrelid = '${schema}.search_documents'::regclass AND attname = 'meaning' AND NOT attisdropped)
         THEN
           ${ADD_COLUMN(schema)}
         END IF;
         RETURN true;
       END $$`,
      'REVOKE ALL ON FUNCTION use_pgvector() FROM PUBLIC',
      `GRANT EXECUTE ON FUNCTION use_pgvector() TO ${system}`,
    ];
    for (const statement of statements) await runner.query(statement);
  }

  async down(): Promise<void> {
    throw new Error('there is no way back; restore a backup instead');
  }
}

/** The column follows the bytes by itself. A vector of zeros points nowhere and is none. */
const ADD_COLUMN = (schema: string): string => `
  CREATE OR REPLACE FUNCTION ${schema}.halfvec_of(bytes bytea) RETURNS ${schema}.halfvec
  LANGUAGE sql IMMUTABLE STRICT AS $f$
    SELECT array_agg(CASE WHEN byte > 127 THEN byte - 256 ELSE byte END ORDER BY i)::real[]::${schema}.halfvec
    FROM (SELECT i, get_byte(bytes, i) AS byte FROM generate_series(0, length(bytes) - 1) i) b
    HAVING bool_or(byte <> 0)
  $f$;
  ALTER TABLE ${schema}.search_documents
    ADD COLUMN meaning ${schema}.halfvec GENERATED ALWAYS AS (${schema}.halfvec_of(vector)) STORED;`;
