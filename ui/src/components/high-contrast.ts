/**
 * Cloudscape's tokens with the contrast turned up. Fetched only when wanted, and adopted as a constructed stylesheet:
 * the policy of this page forbids inserted style elements, which `applyTheme` would use.
 */
import { generateThemeStylesheet, type Theme } from '@cloudscape-design/components/theming';

const INK = { light: '#000000', dark: '#ffffff' };
const PAPER = { light: '#ffffff', dark: '#000000' };
const ACCENT = { light: '#00298f', dark: '#8fd0ff' };
const ERROR = { light: '#8f0000', dark: '#ffb3b3' };
const SUCCESS = { light: '#004d1a', dark: '#8ff0a8' };
const WARNING = { light: '#5c3c00', dark: '#ffe08a' };

const THEME: Theme = {
  tokens: {
    colorTextBodyDefault: INK,
    colorTextBodySecondary: INK,
    colorTextHeadingDefault: INK,
    colorTextFormDefault: INK,
    colorTextFormLabel: INK,
    colorTextFormSecondary: INK,
    colorTextInputPlaceholder: INK,
    colorTextChatBubbleIncoming: INK,
    colorTextChatBubbleOutgoing: INK,
    colorTextDropdownItemDefault: INK,
    colorTextDropdownItemSecondary: INK,
    colorTextInteractiveDefault: INK,
    colorTextStatusInactive: INK,
    colorTextStatusError: ERROR,
    colorTextStatusSuccess: SUCCESS,
    colorTextStatusWarning: WARNING,
    colorTextStatusInfo: ACCENT,
    colorTextLinkDefault: ACCENT,
    colorTextLinkHover: ACCENT,
    colorTextAccent: ACCENT,
    colorTextButtonNormalDefault: ACCENT,
    colorTextButtonNormalHover: ACCENT,
    colorTextButtonLinkDefault: ACCENT,
    colorTextButtonPrimaryDefault: PAPER,
    colorBackgroundButtonPrimaryDefault: ACCENT,
    colorBackgroundLayoutMain: PAPER,
    colorBackgroundContainerContent: PAPER,
    colorBackgroundInputDefault: PAPER,
    colorBackgroundDialog: PAPER,
    colorBackgroundDropdownItemDefault: PAPER,
    colorBackgroundPopover: PAPER,
    colorBackgroundChatBubbleIncoming: PAPER,
    colorBackgroundChatBubbleOutgoing: PAPER,
    colorBackgroundStatusError: PAPER,
    colorBackgroundStatusWarning: PAPER,
    colorBorderInputDefault: INK,
    colorBorderInputFocused: ACCENT,
    colorBorderControlDefault: INK,
    colorBorderDividerDefault: INK,
    colorBorderButtonNormalDefault: ACCENT,
    colorBorderItemFocused: ACCENT,
    colorBorderPopover: INK,
    colorBorderDropdownContainer: INK,
  },
};

let adopted = false;

/** Makes the high-contrast tokens available under `selector`; a second call changes nothing. */
export function adoptHighContrast(selector: string): void {
  if (adopted) return;
  adopted = true;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(generateThemeStylesheet({ theme: THEME, selector }));
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}
