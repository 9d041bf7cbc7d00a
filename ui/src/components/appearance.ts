/** Light, dark and high contrast, for Cloudscape's components and for our own styles alike. */
import { applyMode, Mode } from '@cloudscape-design/global-styles';
import { useEffect } from 'react';
import type { Appearance } from '../state/preferences';

const HIGH_CONTRAST_CLASS = 'high-contrast';

export interface Look {
  readonly dark: boolean;
  readonly highContrast: boolean;
}

/** What an appearance means on a device with these wishes. High contrast keeps to the device's light or dark. */
export function lookOf(
  appearance: Appearance,
  device: { readonly dark: boolean; readonly moreContrast: boolean },
): Look {
  return {
    dark: appearance === 'dark' || (appearance !== 'light' && device.dark),
    highContrast: appearance === 'high-contrast' || (appearance === 'system' && device.moreContrast),
  };
}

function applyLook({ dark, highContrast }: Look): void {
  applyMode(dark ? Mode.Dark : Mode.Light);
  document.documentElement.style.colorScheme = dark ? 'dark' : 'light';
  document.body.classList.toggle(HIGH_CONTRAST_CLASS, highContrast);
  if (highContrast)
    void import('./high-contrast').then(({ adoptHighContrast }) => adoptHighContrast(`.${HIGH_CONTRAST_CLASS}`));
}

/** Dresses the page, and again whenever the device changes its mind. */
export function useAppearance(appearance: Appearance): void {
  useEffect(() => {
    const dark = matchMedia('(prefers-color-scheme: dark)');
    const moreContrast = matchMedia('(prefers-contrast: more)');
    const apply = (): void => applyLook(lookOf(appearance, { dark: dark.matches, moreContrast: moreContrast.matches }));
    apply();
    dark.addEventListener('change', apply);
    moreContrast.addEventListener('change', apply);
    return () => {
      dark.removeEventListener('change', apply);
      moreContrast.removeEventListener('change', apply);
    };
  }, [appearance]);
}
