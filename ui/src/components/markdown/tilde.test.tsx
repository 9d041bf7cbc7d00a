/** Single tildes are not deletion. */
import { render } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { Markdown } from './markdown';
describe.each([
  ['settled', false],
  ['growing', true],
] as const)('%s', (_n, growing) => {
  it.each([
    ['ja ranges', '所要時間は 10~20分、費用は 30~40ドルです。'],
    ['about signs', 'Cold start ~300 ms, warm ~5 ms.'],
    ['about signs in a list', '- Cold start: ~300 ms\n- Warm: (~5 ms), or (~9 ms)'],
    ['table', '| a | b |\n|---|---|\n| ~5 ms | ~10 ms |\n| 1~2 and 3~4 | x |'],
    ['home paths', 'Copy ~/.aws/config to ~/.aws/credentials'],
    ['zh', '需要5~10分钟，约30~40美元'],
    ['ko', '10~20분, 30~40달러'],
    ['ja wave word', 'はい~、いいえ~'],
  ])('%s: nothing is struck', (_name, text) => {
    const { container } = render(<Markdown text={text} growing={growing} />);
    expect(container.querySelector('del')?.textContent ?? null).toBeNull();
    expect(container.textContent.match(/~/g)?.length).toBe(text.match(/~/g)?.length);
  });
  it('one tilde alone is shown', () => {
    const { container } = render(<Markdown text={'Cold start is ~300 ms'} growing={growing} />);
    expect(container.textContent).toBe('Cold start is ~300 ms');
    expect(container.querySelector('del')).toBeNull();
  });
  it('two tildes still strike', () => {
    const { container } = render(<Markdown text={'a ~~b~~ c'} growing={growing} />);
    expect(container.querySelector('del')?.textContent).toBe('b');
  });
});
