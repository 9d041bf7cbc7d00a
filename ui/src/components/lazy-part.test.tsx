import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';
import { expectAccessible } from '../../test/axe';
import { LazyPart } from './lazy-part';

const Part = ({ word }: { readonly word: string }) => <p>{word}</p>;

describe('a part that is fetched when needed', () => {
  it('is missing alone where it cannot be had, and can be tried again', async () => {
    const load = vi.fn<() => Promise<{ default: typeof Part }>>(() => Promise.reject(new TypeError('gone')));
    const { container } = render(
      <main>
        <h1>The rest</h1>
        <LazyPart load={load} props={{ word: 'here' }} meanwhile={<p>meanwhile</p>} />
      </main>,
    );
    await screen.findByTestId('part-failed');
    expect(screen.getByText('The rest')).toBeTruthy();
    expect(screen.getByText('meanwhile')).toBeTruthy();
    await expectAccessible(container);
    load.mockResolvedValue({ default: Part });
    await userEvent.click(screen.getByRole('button', { name: 'Retry' }));
    expect(await screen.findByText('here')).toBeTruthy();
    expect(load).toHaveBeenCalledTimes(2);
  });

  it('shows at once the second time', async () => {
    const load = () => Promise.resolve({ default: Part });
    const first = render(<LazyPart load={load} props={{ word: 'a' }} />);
    await screen.findByText('a');
    first.unmount();
    render(<LazyPart load={load} props={{ word: 'b' }} />);
    expect(screen.getByText('b')).toBeTruthy();
  });
});
