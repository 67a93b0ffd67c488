/** A column of a set of rows that is handed to Postgres as arrays: its name, its type, and its value of one row. */
export type Column<Row> = readonly [name: string, type: string, value: (row: Row) => unknown];

/**
 * Rows as a source for FROM. One parameter per column, so that a statement is the same whatever the number of rows.
 * @param from the number of the first parameter
 */
export const unnest = <Row>(columns: readonly Column<Row>[], from = 1): string =>
  `unnest(${columns.map(([, type], index) => `$${String(from + index)}::${type}[]`).join(', ')})`;

/** The names of the columns, for a list in SQL. */
export const names = <Row>(columns: readonly Column<Row>[]): string =>
  columns.map(([name]) => name).join(', ');

/** The parameters for {@link unnest}. */
export const arrays = <Row>(columns: readonly Column<Row>[], rows: readonly Row[]): unknown[][] =>
  columns.map(([, , value]) => rows.map(value));
