import axe from 'axe-core';
import { expect } from 'vitest';

/**
 * Fails with what is wrong where `axe` finds a violation. Colours are not computed in jsdom; `npm run look` sees to those.
 * Cloudscape draws its tooltips at the end of the body, outside all landmarks.
 */
export async function expectAccessible(container: Element): Promise<void> {
  const { violations } = await axe.run(container, {
    rules: { 'color-contrast': { enabled: false }, region: { enabled: false } },
  });
  const report = violations.map(
    ({ id, help, nodes }) => `${id}: ${help}\n  ${nodes.map(({ html }) => html).join('\n  ')}`,
  );
  expect(report).toEqual([]);
}
