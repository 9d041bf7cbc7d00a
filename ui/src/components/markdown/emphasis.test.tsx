/** Emphasis beside CJK punctuation and brackets. Each row: input, texts that must be <strong> (or <em>/<del>). */
import { render } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { Markdown } from './markdown';

const ROWS: [string, string, string[]][] = [
  ['ja quotes', '**「VPCエンドポイント」**は便利です。', ['「VPCエンドポイント」']],
  ['ko parens', '**Lambda(람다)**는 서버리스입니다.', ['Lambda(람다)']],
  ['zh colon', '**重要提示：**请注意。', ['重要提示：']],
  ['ja full stop inside', '**注意してください。**次に進みます。', ['注意してください。']],
  ['ja fullwidth parens', '**仮想プライベートクラウド（VPC）**を使います。', ['仮想プライベートクラウド（VPC）']],
  ['ja opening quote after letter', 'これは**「重要」**です', ['「重要」']],
  ['ja percent', '料金は**50%**引きです', ['50%']],
  ['ja code inside', 'これは**`aws s3 ls`**です', ['aws s3 ls']],
  ['ja link inside', 'これは**[公式](https://aws.amazon.com/)**です', ['公式']],
  ['en colon then letter', '**Note:**this', ['Note:']],
  ['th colon', '**หมายเหตุ:**โปรดทราบ', ['หมายเหตุ:']],
  ['control ja no punctuation', 'これは**重要**です', ['重要']],
  ['control en', 'a **b** c', ['b']],
];
describe.each([
  ['settled', false],
  ['growing', true],
] as const)('%s', (_n, growing) => {
  it.each(ROWS)('%s', (_name, text, strong) => {
    const { container } = render(<Markdown text={text} growing={growing} />);
    expect(
      [...container.querySelectorAll('strong')].map((e) => e.textContent.replace(/ ?\(opens in a new tab\)/, '')),
    ).toEqual(strong);
    expect(container.textContent).not.toContain('**');
  });
  it('italic and strike beside CJK punctuation', () => {
    const { container } = render(<Markdown text={'*「注」*は ~~「旧」~~は'} growing={growing} />);
    expect([container.querySelector('em')?.textContent, container.querySelector('del')?.textContent]).toEqual([
      '「注」',
      '「旧」',
    ]);
  });
});
it('growing tail: an opened bold that ends in punctuation is closed by repair', () => {
  const { container } = render(<Markdown text={'これは**「重要'} growing />);
  expect(container.querySelector('strong')?.textContent).toBe('「重要');
});
