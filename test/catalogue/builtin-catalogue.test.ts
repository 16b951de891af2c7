import { expect, test } from '@jest/globals';
import { loadBuiltinCatalogue } from '../../src/catalogue/builtin-catalogue.ts';

test('the built-in catalogue is there, and read once', () => {
  const catalogue = loadBuiltinCatalogue();
  expect(catalogue.clients.length).toBeGreaterThan(10);
  expect(loadBuiltinCatalogue()).toBe(catalogue);
});
