import Select from '@cloudscape-design/components/select';
import { expect, it, vi } from 'vitest';
import { ChatHarness } from '../../test/chat-harness';

vi.mock('@cloudscape-design/components/select', () => ({ default: vi.fn(() => null) }));

it('does not draw the list of languages again for a key typed or a piece of an answer', async () => {
  const chat = await ChatHarness.start();
  const drawn = vi.mocked(Select).mock.calls.length;
  expect(drawn).toBeGreaterThan(0);
  await chat.send('Why?');
  await chat.answer('Because.');
  expect(vi.mocked(Select).mock.calls.length).toBe(drawn);
});
