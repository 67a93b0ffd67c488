import { EntitySchema, type EntitySchemaColumnOptions } from 'typeorm';

type Columns<Row> = { readonly [Name in keyof Row]: EntitySchemaColumnOptions };

const table = <Row extends object>(name: string, columns: Columns<Row>): EntitySchema<Row> =>
  // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- TypeORM declares its options as a class and takes any object
  new EntitySchema<Row>({ name, columns });

const key = { primary: true } as const;

interface TokenRow {
  readonly id: string;
  readonly hash: string;
  readonly tenant: string;
}

/** Who may call. */
export const tokens = table<TokenRow>('tokens', {
  id: { type: 'uuid', ...key },
  hash: { type: 'text', unique: true },
  tenant: { type: 'uuid' },
});

export interface FactRow {
  readonly tenant: string;
  readonly id: string;
  readonly at: Date;
  readonly type: string;
  readonly skill: string;
  readonly version: string;
  readonly token: string;
}

/** What was told. */
export const facts = table<FactRow>('usage_facts', {
  tenant: { type: 'uuid', ...key },
  id: { type: 'uuid', ...key },
  at: { type: 'timestamptz' },
  type: { type: 'text' },
  skill: { type: 'text' },
  version: { type: 'text' },
  token: { type: 'uuid' },
});

interface SumRow {
  readonly tenant: string;
  readonly span: string;
  readonly skill: string;
  readonly version: string;
  readonly uses: number;
}

/** Sums; `span` is a quarter of an hour, a day, or nothing for all time. */
export const sums = table<SumRow>('usage_sums', {
  tenant: { type: 'uuid', ...key },
  span: { type: 'text', ...key },
  skill: { type: 'text', ...key },
  version: { type: 'text', ...key },
  uses: { type: 'integer' },
});
