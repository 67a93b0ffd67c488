import { Pseudonyms } from './pseudonyms';

const pseudonyms = new Pseudonyms('a secret of the installation, long enough');

it('a pseudonym is the same each time, and says nothing of what it stands for', () => {
  const made = pseudonyms.of('tenant', 'person', 'ann@example.com');
  expect(made).toMatch(/^[0-9a-f]{32}$/);
  expect(pseudonyms.of('tenant', 'person', 'ann@example.com')).toBe(made);
  expect(
    new Pseudonyms('a secret of the installation, long enough').of('tenant', 'person', 'ann@example.com'),
  ).toBe(made);
});

it('a pseudonym is another one in another tenant, of another sort, and of another installation', () => {
  const others = [
    pseudonyms.of('tenant', 'person', 'x'),
    pseudonyms.of('another', 'person', 'x'),
    pseudonyms.of('tenant', 'session', 'x'),
    pseudonyms.of('tenant', 'project', 'x'),
    new Pseudonyms('the secret of another installation, too').of('tenant', 'person', 'x'),
  ];
  expect(new Set(others).size).toBe(5);
});
