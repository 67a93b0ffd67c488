import fc from 'fast-check';
import { stem } from './stem';
import { fold, foldedWords, wordsOf } from './words';

const words = (text: string): string[] => [...wordsOf(text)].map(({ word }) => word);

describe('the words of a text', () => {
  it('are its runs of letters and digits, folded, whatever stands between them', () => {
    expect(words('Extract TABLES from PDF-files, naïvely: Ångström_1 ﬁn!')).toEqual([
      ...['extract', 'tables', 'from', 'pdf', 'files', 'naively', 'angstrom', '1', 'fin'],
    ]);
    expect(words('C++ and C# on k8s, S3 or OAuth2')).toEqual([
      'c++',
      'and',
      'c#',
      'on',
      'k8s',
      's3',
      'or',
      'oauth2',
    ]);
  });

  it('of scripts without blanks are pairs of characters', () => {
    expect(words('数据库设计 for 日本')).toEqual(['数据', '据库', '库设', '设计', 'for', '日本']);
    expect(words('字')).toEqual(['字']);
    expect(words('ภาษาไทย').length).toBeGreaterThan(3);
  });

  it('of other scripts keep the marks that are letters there', () => {
    expect(words('проверка кода हिन्दी עברית')).toEqual(['проверка', 'кода', 'हिन्दी', 'עברית']);
  });

  it('are the same without their places, in any text', () => {
    const text = fc.oneof(fc.string({ maxLength: 60 }), fc.string({ unit: 'grapheme', maxLength: 60 }));
    fc.assert(fc.property(text, (given) => expect(foldedWords(given)).toEqual(words(given))));
  });

  it('stand where they are said to stand, in any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (text) => {
        let last = 0;
        for (const { word, start, end } of wordsOf(text)) {
          expect(end).toBeGreaterThan(start);
          expect(fold(text.slice(start, end))).toBe(word);
          expect(end).toBeGreaterThan(last);
          last = start;
        }
      }),
    );
  });
});

describe('stems', () => {
  it.each([
    ['deploy', 'deploys', 'deployed', 'deploying', 'deployment', 'deployments'],
    ['migrate', 'migrates', 'migrated', 'migrating', 'migration', 'migrations'],
    ['test', 'tests', 'tested', 'testing'],
    ['query', 'queries', 'querying'],
    ['model', 'modeling', 'modelling', 'models'],
    ['validate', 'validation', 'validator', 'validating'],
    ['review', 'reviewer', 'reviews'],
    ['optimize', 'optimization', 'optimizer'],
    ['document', 'documents', 'documentation', 'documenting'],
  ])('of %s and its forms are one', (...forms) => {
    expect(new Set(forms.map(stem)).size).toBe(1);
  });

  it('leave names, identifiers and other languages apart', () => {
    for (const word of ['k8s', 'aws', 'css', 'redis', 'kubernetes2', 'überprüfung', 'проверка', '数据'])
      expect(stem(word)).toBe(word);
    expect(stem('react')).not.toBe(stem('redis'));
    expect(stem('nest')).not.toBe(stem('next'));
  });

  it('end somewhere, for any word', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z]{1,20}$/), (word) => {
        const root = stem(word);
        expect(root.length).toBeGreaterThan(0);
        expect(root.length).toBeLessThanOrEqual(word.length + 1);
      }),
    );
  });
});
