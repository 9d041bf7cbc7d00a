//! What a reader is told when an answer fails, in their language. It names no cause: causes are for operators.

use crate::error::{Advice, ErrorCode};
use crate::locale::Locale;

/// One language's apologies, in the order of [`Advice`]: ask again, rephrase, report, ask tomorrow.
type Apologies = [&'static str; 4];

/// The first entry whose key is the locale or its language wins, so a region stands before its language.
const APOLOGIES: [(&str, Apologies); 14] = [
    (
        "en",
        [
            "Sorry, something went wrong while answering. Please ask again in a moment.",
            "Sorry, I could not answer that. Please try a shorter question or other words.",
            "Sorry, this service is not working correctly. Please tell the people who run it.",
            "Sorry, this assistant has reached its limit for today. Please ask again tomorrow.",
        ],
    ),
    (
        "fr_CA",
        [
            "Désolé, un problème est survenu pendant la réponse. Veuillez reposer votre question dans un instant.",
            "Désolé, je n’ai pas pu répondre. Essayez une question plus courte ou formulée autrement.",
            "Désolé, ce service ne fonctionne pas correctement. Veuillez en aviser les responsables.",
            "Désolé, la limite quotidienne de cet assistant est atteinte. Veuillez reposer votre question demain.",
        ],
    ),
    (
        "fr",
        [
            "Désolé, un problème est survenu pendant la réponse. Merci de reposer votre question dans un instant.",
            "Désolé, je n’ai pas pu répondre. Essayez une question plus courte ou formulée autrement.",
            "Désolé, ce service ne fonctionne pas correctement. Merci de prévenir ses responsables.",
            "Désolé, la limite quotidienne de cet assistant est atteinte. Merci de reposer votre question demain.",
        ],
    ),
    (
        "de",
        [
            "Beim Antworten ist leider etwas schiefgegangen. Bitte fragen Sie gleich noch einmal.",
            "Das konnte ich leider nicht beantworten. Bitte versuchen Sie es kürzer oder mit anderen Worten.",
            "Dieser Dienst funktioniert gerade nicht richtig. Bitte informieren Sie die Betreiber.",
            "Das Tageskontingent dieses Assistenten ist leider aufgebraucht. Bitte fragen Sie morgen noch einmal.",
        ],
    ),
    (
        "es_419",
        [
            "Lo siento, algo salió mal al responder. Vuelve a preguntar en un momento, por favor.",
            "Lo siento, no pude responder a eso. Intenta con una pregunta más corta o con otras palabras.",
            "Lo siento, este servicio no está funcionando bien. Por favor, avisa a sus responsables.",
            "Lo siento, este asistente alcanzó su límite de hoy. Vuelve a preguntar mañana, por favor.",
        ],
    ),
    (
        "es",
        [
            "Lo siento, algo ha fallado al responder. Por favor, vuelva a preguntar dentro de un momento.",
            "Lo siento, no he podido responder a eso. Pruebe con una pregunta más corta o con otras palabras.",
            "Lo siento, este servicio no funciona correctamente. Por favor, avise a sus responsables.",
            "Lo siento, este asistente ha alcanzado su límite de hoy. Por favor, vuelva a preguntar mañana.",
        ],
    ),
    (
        "pt",
        [
            "Desculpe, algo deu errado durante a resposta. Por favor, pergunte novamente em instantes.",
            "Desculpe, não consegui responder. Tente uma pergunta mais curta ou com outras palavras.",
            "Desculpe, este serviço não está funcionando corretamente. Por favor, avise os responsáveis.",
            "Desculpe, este assistente atingiu o limite de hoje. Por favor, pergunte novamente amanhã.",
        ],
    ),
    (
        "it",
        [
            "Spiacenti, qualcosa è andato storto durante la risposta. Ripeti la domanda tra un momento.",
            "Spiacenti, non è stato possibile rispondere. Prova con una domanda più breve o con altre parole.",
            "Spiacenti, il servizio non funziona correttamente. Avvisa chi lo gestisce.",
            "Spiacenti, questo assistente ha raggiunto il limite di oggi. Ripeti la domanda domani.",
        ],
    ),
    (
        "ja",
        [
            "申し訳ありません。回答中に問題が発生しました。しばらくしてからもう一度お尋ねください。",
            "申し訳ありません。お答えできませんでした。質問を短くするか、別の言い方でお試しください。",
            "申し訳ありません。サービスが正しく動作していません。管理者にお知らせください。",
            "申し訳ありません。本日の利用上限に達しました。明日もう一度お尋ねください。",
        ],
    ),
    (
        "ko",
        [
            "죄송합니다. 답변 중에 문제가 발생했습니다. 잠시 후 다시 질문해 주세요.",
            "죄송합니다. 답변할 수 없었습니다. 더 짧게 또는 다른 표현으로 질문해 주세요.",
            "죄송합니다. 서비스가 올바르게 작동하지 않습니다. 관리자에게 알려 주세요.",
            "죄송합니다. 오늘의 사용 한도에 도달했습니다. 내일 다시 질문해 주세요.",
        ],
    ),
    (
        "zh_CN",
        [
            "抱歉,回答时出现了问题。请稍后再问一次。",
            "抱歉,我无法回答这个问题。请尝试更简短的问题或换一种说法。",
            "抱歉,此服务目前无法正常工作。请通知管理人员。",
            "抱歉,此助手今天的使用额度已用完。请明天再问。",
        ],
    ),
    (
        "zh",
        [
            "抱歉,回答時發生問題。請稍後再問一次。",
            "抱歉,我無法回答這個問題。請嘗試較短的問題或換個說法。",
            "抱歉,此服務目前無法正常運作。請通知管理人員。",
            "抱歉,此助理今天的使用額度已用完。請明天再問。",
        ],
    ),
    (
        "hi",
        [
            "क्षमा करें, उत्तर देते समय कोई समस्या हुई। कृपया थोड़ी देर में फिर से पूछें।",
            "क्षमा करें, मैं इसका उत्तर नहीं दे सका। कृपया छोटा प्रश्न या दूसरे शब्द आज़माएँ।",
            "क्षमा करें, यह सेवा ठीक से काम नहीं कर रही है। कृपया इसे चलाने वालों को बताएँ।",
            "क्षमा करें, इस सहायक की आज की सीमा पूरी हो गई है। कृपया कल फिर से पूछें।",
        ],
    ),
    (
        "ar",
        [
            "عذرًا، حدثت مشكلة أثناء الإجابة. يُرجى إعادة السؤال بعد لحظات.",
            "عذرًا، لم أتمكن من الإجابة. يُرجى تجربة سؤال أقصر أو كلمات أخرى.",
            "عذرًا، هذه الخدمة لا تعمل بشكل صحيح. يُرجى إبلاغ المسؤولين عنها.",
            "عذرًا، بلغ هذا المساعد حدّه لهذا اليوم. يُرجى إعادة السؤال غدًا.",
        ],
    ),
];

impl ErrorCode {
    /// What to tell a reader of `locale`; English where there is no translation for the locale or its language.
    #[must_use]
    pub fn apology(self, locale: Locale) -> &'static str {
        let fits = |key: &str| key == locale.code() || key == locale.language();
        let (_, [ask_again, rephrase, report, ask_tomorrow]) =
            APOLOGIES.iter().find(|entry| fits(entry.0)).unwrap_or(&APOLOGIES[0]);
        match self.advice() {
            Advice::AskAgain => ask_again,
            Advice::Rephrase => rephrase,
            Advice::Report => report,
            Advice::AskTomorrow => ask_tomorrow,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::APOLOGIES;
    use crate::{ErrorCode, Locale, Violation};

    fn check(locale: &str, start: &str) -> Result<(), Violation> {
        let apology = ErrorCode::ModelThrottled.apology(Locale::parse(locale)?);
        assert!(apology.starts_with(start), "{locale}: {apology}");
        Ok(())
    }

    #[test]
    fn readers_are_told_in_their_language_or_else_in_english() -> Result<(), Violation> {
        check("en_US", "Sorry")?;
        check("en_GB", "Sorry")?;
        check("fr_CA", "Désolé, un problème est survenu pendant la réponse. Veuillez")?;
        check("fr_FR", "Désolé, un problème est survenu pendant la réponse. Merci")?;
        check("fr_BE", "Désolé, un problème est survenu pendant la réponse. Merci")?;
        check("de_DE", "Beim")?;
        check("de_AT", "Beim")?;
        check("es_ES", "Lo siento, algo ha")?;
        check("es_419", "Lo siento, algo salió")?;
        check("pt_BR", "Desculpe")?;
        check("it_IT", "Spiacenti")?;
        check("ja_JP", "申し訳")?;
        check("ko_KR", "죄송")?;
        check("zh_CN", "抱歉,回答时")?;
        check("zh_HK", "抱歉,回答時")?;
        check("hi_IN", "क्षमा")?;
        check("ar_AE", "عذرًا")?;
        check("is_IS", "Sorry")
    }

    #[test]
    fn every_key_belongs_to_a_locale_and_none_is_hidden_by_an_earlier_one() {
        for (at, (key, _)) in APOLOGIES.iter().enumerate() {
            let reached = Locale::all().any(|locale| {
                let fits = |key: &str| key == locale.code() || key == locale.language();
                fits(key) && !APOLOGIES[..at].iter().any(|earlier| fits(earlier.0))
            });
            assert!(reached, "{key}");
        }
    }

    #[test]
    fn an_apology_never_names_the_cause() {
        for locale in Locale::all() {
            for code in ErrorCode::ALL {
                assert!(!code.apology(locale).contains(code.as_str()));
                assert!(!code.apology(locale).contains('#'), "an apology must not look like a marker");
            }
        }
    }
}
