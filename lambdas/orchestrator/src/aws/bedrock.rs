//! Answers by a model of Amazon Bedrock, through ConverseStream.
//! <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html>

use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_sdk_bedrockruntime::Client;
use aws_sdk_bedrockruntime::config::endpoint::{DefaultResolver, Params, ResolveEndpoint};
use aws_sdk_bedrockruntime::error::{BuildError, SdkError};
use aws_sdk_bedrockruntime::operation::converse_stream::{ConverseStreamError, ConverseStreamOutput as Opened};
use aws_sdk_bedrockruntime::types::error::ConverseStreamOutputError;
use aws_sdk_bedrockruntime::types::{
    ContentBlock, ContentBlockDelta, ConversationRole, ConverseStreamOutput, GuardrailStreamConfiguration,
    GuardrailStreamProcessingMode, InferenceConfiguration, Message, SystemContentBlock, TokenUsage,
};
use chat::{Error, ErrorCode, Locale, Question, StopReason, Usage};
use platform::aws::Place;
use platform::https;

use super::refusals;
use crate::answer::source::{AnswerSource, AnswerStream, ModelEvent};
use crate::config::{GuardrailMode, ModelConfig};

/// A model of Bedrock.
pub struct Bedrock {
    client: Client,
    model: ModelConfig,
}

impl Bedrock {
    /// Makes the client. Opens nothing.
    ///
    /// The SDK's own tries are off: the intake tries again by one rule, before and after the stream has opened. Its time
    /// limits are off too: none of them covers a silent stream, and the intake's does.
    #[must_use]
    pub fn new(http: reqwest::Client, place: &Place, model: ModelConfig) -> Self {
        let config = platform::aws::config(http, place, RetryConfig::disabled(), TimeoutConfig::disabled());
        Self { client: Client::new(&config), model }
    }

    fn system(&self, locale: Locale) -> Vec<SystemContentBlock> {
        let language = format!("Answer in {} unless the question asks for another language.", locale.language_name());
        self.model.system_prompt.iter().cloned().chain([language]).map(SystemContentBlock::Text).collect()
    }

    fn inference(&self) -> InferenceConfiguration {
        InferenceConfiguration::builder()
            .max_tokens(self.model.max_output_tokens)
            .set_temperature(self.model.temperature)
            .set_top_p(self.model.top_p)
            .build()
    }

    fn guardrail(&self) -> Option<GuardrailStreamConfiguration> {
        let guardrail = self.model.guardrail.as_ref()?;
        let mode = match guardrail.mode {
            GuardrailMode::Sync => GuardrailStreamProcessingMode::Sync,
            GuardrailMode::Async => GuardrailStreamProcessingMode::Async,
        };
        let configuration = GuardrailStreamConfiguration::builder()
            .guardrail_identifier(&guardrail.id)
            .guardrail_version(&guardrail.version)
            .stream_processing_mode(mode);
        Some(configuration.build())
    }
}

/// The address of Bedrock at `place`, for opening a connection during init.
pub async fn endpoint(place: &Place) -> Option<String> {
    let params = Params::builder().region(&place.region).set_endpoint(place.endpoint.clone()).build().ok()?;
    Some(DefaultResolver::new().resolve_endpoint(&params).await.ok()?.url().to_owned())
}

fn message(question: &Question) -> Result<Message, BuildError> {
    let words = ContentBlock::Text(question.message.as_str().to_owned());
    Message::builder().role(ConversationRole::User).content(words).build()
}

impl AnswerSource for Bedrock {
    type Stream = BedrockStream;

    async fn open(&self, question: &Question) -> Result<BedrockStream, Error> {
        let request = self
            .client
            .converse_stream()
            .model_id(&self.model.model_id)
            .messages(message(question).map_err(|_| Error::Tell(ErrorCode::Internal))?)
            .set_system(Some(self.system(question.recipient.locale)))
            .inference_config(self.inference())
            .set_guardrail_config(self.guardrail())
            // Finds the question in the account's model invocation log, where one is kept.
            .request_metadata("requestId", question.recipient.request_id.as_str());
        match request.send().await {
            Ok(opened) => Ok(BedrockStream(opened)),
            Err(error) => Err(self.not_opened(&error, question)),
        }
    }
}

impl Bedrock {
    /// Says what to do about a refusal, and logs it: fixed words, and AWS's text where only the operator can act on it.
    fn not_opened(&self, error: &SdkError<ConverseStreamError>, question: &Question) -> Error {
        let status = error.raw_response().map(|response| response.status().as_u16());
        let text = error.as_service_error().and_then(|error| error.meta().message()).unwrap_or_default();
        let meaning = meaning(error, status, text);
        let code = meaning.code().as_str();
        if let ErrorCode::ModelMisconfigured | ErrorCode::QuotaExhausted = meaning.code() {
            let aws_message = refusals::loggable(text, question, self.model.system_prompt.as_deref());
            tracing::error!(status, code, awsMessage = aws_message, "model refuses");
        } else {
            let cause = error.as_service_error().is_none().then(|| https::cause(error));
            tracing::warn!(status, code, cause, "model not opened");
        }
        meaning
    }
}

/// Modelled errors by name; others, such as a signature or a token that is refused, by HTTP status.
fn meaning(error: &SdkError<ConverseStreamError>, status: Option<u16>, text: &str) -> Error {
    use ConverseStreamError as E;
    match error.as_service_error() {
        Some(E::ThrottlingException(_)) => throttled(text),
        Some(E::ModelNotReadyException(_) | E::ServiceUnavailableException(_) | E::InternalServerException(_)) => {
            Error::Retry(ErrorCode::ModelUnavailable)
        }
        Some(E::ModelTimeoutException(_)) => Error::Retry(ErrorCode::ModelTimeout),
        Some(E::ModelErrorException(_) | E::ModelStreamErrorException(_)) => Error::Retry(ErrorCode::ModelError),
        Some(E::ValidationException(_)) => Error::Tell(refusals::validation(text)),
        Some(E::AccessDeniedException(_) | E::ResourceNotFoundException(_)) => Error::Tell(ErrorCode::ModelMisconfigured),
        Some(other) if other.meta().code() == Some("ServiceQuotaExceededException") => Error::Tell(ErrorCode::QuotaExhausted),
        _ => match (error, status) {
            (SdkError::ConstructionFailure(_), _) => Error::Tell(ErrorCode::Internal),
            (_, Some(429)) => throttled(text),
            (_, Some(401 | 403 | 404)) => Error::Tell(ErrorCode::ModelMisconfigured),
            (_, Some(400..=499)) => Error::Tell(refusals::validation(text)),
            _ => Error::Retry(ErrorCode::ModelUnavailable),
        },
    }
}

/// A quota for a minute is free again in a moment, one for a day is not.
fn throttled(text: &str) -> Error {
    match refusals::throttling(text) {
        ErrorCode::QuotaExhausted => Error::Tell(ErrorCode::QuotaExhausted),
        code => Error::Retry(code),
    }
}

/// An open stream of Bedrock.
pub struct BedrockStream(Opened);

impl AnswerStream for BedrockStream {
    async fn next(&mut self) -> Result<Option<ModelEvent>, Error> {
        match self.0.stream.recv().await {
            Ok(event) => Ok(event.map(model_event)),
            Err(SdkError::ServiceError(error)) => {
                let error = in_stream(error.err());
                tracing::warn!(code = error.code().as_str(), "model failed in its stream");
                Err(error)
            }
            Err(error) => {
                tracing::warn!(cause = https::cause(&error), "model's stream was cut");
                Err(Error::Retry(ErrorCode::ModelInterrupted))
            }
        }
    }
}

/// Text is for the reader; reasoning, tool calls and whatever later versions add are not.
fn model_event(event: ConverseStreamOutput) -> ModelEvent {
    match event {
        ConverseStreamOutput::ContentBlockDelta(block) => match block.delta {
            Some(ContentBlockDelta::Text(text)) => ModelEvent::Text(text.into()),
            _ => ModelEvent::Busy,
        },
        ConverseStreamOutput::MessageStop(stop) => ModelEvent::Stop(StopReason::parse(stop.stop_reason.as_str())),
        ConverseStreamOutput::Metadata(metadata) => {
            metadata.usage.as_ref().map_or(ModelEvent::Busy, |told| ModelEvent::Usage(usage(told)))
        }
        _ => ModelEvent::Busy,
    }
}

fn usage(told: &TokenUsage) -> Usage {
    let count = |tokens: i32| u32::try_from(tokens).unwrap_or_default();
    Usage { input_tokens: count(told.input_tokens), output_tokens: count(told.output_tokens) }
}

/// In a stream only the variant tells the errors apart: their code is empty, and their names are spelt with a small letter.
fn in_stream(error: &ConverseStreamOutputError) -> Error {
    use ConverseStreamOutputError as E;
    match error {
        E::ThrottlingException(error) => throttled(error.message().unwrap_or_default()),
        E::ServiceUnavailableException(_) | E::InternalServerException(_) => Error::Retry(ErrorCode::ModelUnavailable),
        E::ValidationException(error) => Error::Tell(refusals::validation(error.message().unwrap_or_default())),
        _ => Error::Retry(ErrorCode::ModelError),
    }
}
