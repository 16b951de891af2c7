import { expect, test } from '@jest/globals';
import { sharedControlPlane } from '../controlplane/shared-control-plane.ts';
test('x', async () => {
  const c = sharedControlPlane();
  const n = await c.createNamespace('x');
  expect((await c.kubectl(['get', 'ns', n])).code).toBe(0);
});
