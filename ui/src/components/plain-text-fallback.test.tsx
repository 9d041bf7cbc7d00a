import { render, screen } from '@testing-library/react';
import { expect, it, vi } from 'vitest';
import { PlainTextFallback } from './plain-text-fallback';

function Broken(): never {
  throw new Error('cannot be drawn');
}

it('shows an answer that cannot be drawn as the text it is', () => {
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
  render(
    <PlainTextFallback text="**the answer**">
      <Broken />
    </PlainTextFallback>,
  );
  expect(screen.getByText('**the answer**')).toBeTruthy();
});
