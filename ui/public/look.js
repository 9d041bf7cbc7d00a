// Before anything is drawn: the look the reader chose, so that a dark page does not begin with a white flash.
// A file of its own, because the policy of this page lets no script stand inside it.
(() => {
  let appearance = 'system';
  try {
    appearance = JSON.parse(localStorage.getItem('preferences') ?? '{}').appearance ?? 'system';
  } catch {
    // Without storage the device decides.
  }
  const dark = appearance === 'dark' || (appearance !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.classList.add(dark ? 'shell-dark' : 'shell-light');
})();
