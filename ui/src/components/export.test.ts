import { describe, expect, it, vi } from 'vitest';
import { newAnswer } from '../state/answer';
import { copyAnswer, fileName, toMarkdown } from './export';

const turn = (question: string, text: string) => ({
  requestId: 'r',
  question,
  locale: 'en_US',
  answer: { ...newAnswer(Date.UTC(2026, 10, 25, 12)), text },
});

describe('a conversation as a file', () => {
  it('has each question as a heading and each answer as it was written', () => {
    const text = toMarkdown([turn('Why\nso?', '**Because.**'), turn('And?', 'So.')], 'Assistant', 'en');
    expect(text).toMatch(
      /^# Assistant\n\n## Why so\?\n\n\*Nov 25, 2026, .*\*\n\n\*\*Because\.\*\*\n\n## And\?\n\n[\s\S]*So\.\n$/,
    );
  });

  it('is named by the time', () => {
    expect(fileName('answer', new Date(2026, 0, 2, 3, 4))).toBe('answer-2026-01-02-0304.md');
  });
});

/** Blobs of jsdom have no text() of their own. */
async function textOf(blob: Blob | undefined): Promise<unknown> {
  const reader = new FileReader();
  const read = new Promise((resolve) => (reader.onload = () => resolve(reader.result)));
  reader.readAsText(blob ?? new Blob());
  return read;
}

describe('copying an answer', () => {
  it('gives editors Markdown and word processors what it looks like', async () => {
    const write = vi.fn<(items: { items: Record<string, Blob> }[]) => Promise<void>>(() => Promise.resolve());
    vi.stubGlobal('navigator', { clipboard: { write } });
    vi.stubGlobal(
      'ClipboardItem',
      class {
        readonly items: Record<string, Blob>;
        constructor(items: Record<string, Blob>) {
          this.items = items;
        }
      },
    );
    const drawn = document.createElement('div');
    drawn.innerHTML = '<p class="x"><strong>a</strong><span class="visually-hidden">!</span></p><button>b</button>';
    await copyAnswer('**a**', drawn);
    const items = write.mock.lastCall?.[0][0]?.items ?? {};
    expect(await textOf(items['text/plain'])).toBe('**a**');
    expect(await textOf(items['text/html'])).toBe('<p><strong>a</strong></p>');
    vi.unstubAllGlobals();
  });
});
