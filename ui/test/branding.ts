/** An organisation that says nothing of its own on the page. */
import type { Branding } from '../src/config';

export const NO_BRANDING: Branding = {
  productName: null,
  notice: null,
  banner: null,
  policyUrl: null,
  supportUrl: null,
  modelName: null,
  suggestions: {},
};
