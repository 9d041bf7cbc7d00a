use std::fmt;

use crate::violation::Violation;

/// The locales of Amazon Lex V2, which the blog's API is written in, each with its language's English name for the model.
/// <https://docs.aws.amazon.com/lexv2/latest/dg/how-languages.html>
///
/// A locale that Lex adds later is refused until its line stands here.
const LOCALES: [(&str, &str); 63] = [
    ("af_ZA", "Afrikaans"),
    ("ar_AE", "Gulf Arabic"),
    ("ar_SA", "Arabic"),
    ("bg_BG", "Bulgarian"),
    ("ca_ES", "Catalan"),
    ("cs_CZ", "Czech"),
    ("cy_GB", "Welsh"),
    ("da_DK", "Danish"),
    ("de_AT", "Austrian German"),
    ("de_CH", "Swiss German"),
    ("de_DE", "German"),
    ("en_AB", "Scottish English"),
    ("en_AU", "Australian English"),
    ("en_GB", "British English"),
    ("en_IE", "Irish English"),
    ("en_IN", "Indian English"),
    ("en_NZ", "New Zealand English"),
    ("en_US", "American English"),
    ("en_WL", "Welsh English"),
    ("en_ZA", "South African English"),
    ("es_419", "Latin American Spanish"),
    ("es_ES", "European Spanish"),
    ("es_MX", "Mexican Spanish"),
    ("es_US", "Spanish as used in the United States"),
    ("et_ET", "Estonian"),
    ("fa_IR", "Farsi"),
    ("fi_FI", "Finnish"),
    ("fr_BE", "Belgian French"),
    ("fr_CA", "Canadian French"),
    ("fr_FR", "French"),
    ("he_IL", "Hebrew"),
    ("hi_IN", "Hindi"),
    ("hr_HR", "Croatian"),
    ("hu_HU", "Hungarian"),
    ("id_ID", "Indonesian"),
    ("is_IS", "Icelandic"),
    ("it_IT", "Italian"),
    ("ja_JP", "Japanese"),
    ("km_KH", "Khmer"),
    ("ko_KR", "Korean"),
    ("lt_LT", "Lithuanian"),
    ("lv_LV", "Latvian"),
    ("ms_MY", "Malay"),
    ("nl_BE", "Belgian Dutch"),
    ("nl_NL", "Dutch"),
    ("no_NO", "Norwegian"),
    ("pl_PL", "Polish"),
    ("pt_BR", "Brazilian Portuguese"),
    ("pt_PT", "European Portuguese"),
    ("ro_RO", "Romanian"),
    ("ru_RU", "Russian"),
    ("sk_SK", "Slovak"),
    ("sl_SI", "Slovenian"),
    ("sr_RS", "Serbian"),
    ("sv_SE", "Swedish"),
    ("tl_PH", "Filipino"),
    ("tr_TR", "Turkish"),
    ("uk_UA", "Ukrainian"),
    ("vi_VN", "Vietnamese"),
    ("zh_CN", "Simplified Chinese"),
    ("zh_HK", "Traditional Chinese as written in Hong Kong"),
    ("zh_TW", "Traditional Chinese as written in Taiwan"),
    ("zu_ZA", "Zulu"),
];

/// A locale of Amazon Lex V2, such as `en_US`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Locale(&'static (&'static str, &'static str));

impl Locale {
    /// Takes one of the known codes, spelt as Lex spells it.
    ///
    /// # Errors
    /// The rule that it breaks.
    pub fn parse(code: &str) -> Result<Self, Violation> {
        let known = LOCALES.iter().find(|known| known.0 == code);
        known.map(Self).ok_or_else(|| Violation::new("locale", "must be an Amazon Lex V2 locale, such as en_US"))
    }

    /// Every known locale, in alphabetical order.
    pub fn all() -> impl Iterator<Item = Self> {
        LOCALES.iter().map(Self)
    }

    /// The code, such as `fr_CA`.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.0.0
    }

    /// The language part of the code, such as `fr`.
    #[must_use]
    pub fn language(self) -> &'static str {
        self.0.0.split('_').next().unwrap_or_default()
    }

    /// What a model is told to answer in, such as `Canadian French`.
    #[must_use]
    pub fn language_name(self) -> &'static str {
        self.0.1
    }
}

impl fmt::Debug for Locale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Display for Locale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

#[cfg(test)]
mod tests {
    use super::{LOCALES, Locale};

    #[test]
    fn the_list_is_sorted_and_without_duplicates() {
        assert!(LOCALES.is_sorted_by(|one, next| one.0 < next.0));
    }

    #[test]
    fn a_locale_knows_its_language() -> Result<(), crate::Violation> {
        let locale = Locale::parse("es_419")?;
        assert_eq!((locale.code(), locale.language(), locale.language_name()), ("es_419", "es", "Latin American Spanish"));
        Ok(())
    }

    #[test]
    fn only_exact_codes_are_known() {
        for code in ["", "en", "en-US", "EN_US", "en_us", "xx_XX"] {
            assert!(Locale::parse(code).is_err(), "{code}");
        }
    }
}
