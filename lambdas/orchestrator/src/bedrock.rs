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
use chat::{Error, ErrorCode, Locale, Question, Usage};
use platform::aws::Place;

use crate::config::{GuardrailMode, ModelConfig};
use crate::source::{AnswerSource, AnswerStream, Piece};

/// A model of Bedrock.
pub struct Bedrock {
    client: Client,
    model: ModelConfig,
}

impl Bedrock {
    /// Makes the client. Opens nothing.
    ///
    /// The SDK's own tries are off: the reader tries again by one rule, before and after the stream has opened. Its time
    /// limits are off too: none of them covers a silent stream, and the reader's does.
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
            .set_system(Some(self.system(question.locale)))
            .inference_config(self.inference())
            .set_guardrail_config(self.guardrail())
            // Finds the question in the account's model invocation log, where one is kept.
            .request_metadata("requestId", question.request_id.as_str());
        match request.send().await {
            Ok(opened) => Ok(BedrockStream(opened)),
            Err(error) => {
                let status = error.raw_response().map(|response| response.status().as_u16());
                let kind = error.as_service_error().and_then(|error| error.meta().code()).unwrap_or("none");
                tracing::warn!(status, kind, "model not opened");
                Err(not_opened(&error, status))
            }
        }
    }
}

/// Modelled errors by name; others, such as a signature or a token that is refused, by HTTP status.
fn not_opened<R>(error: &SdkError<ConverseStreamError, R>, status: Option<u16>) -> Error {
    use ConverseStreamError as E;
    match error.as_service_error() {
        Some(E::ThrottlingException(_)) => Error::Retry(ErrorCode::ModelThrottled),
        Some(E::ModelNotReadyException(_) | E::ServiceUnavailableException(_) | E::InternalServerException(_)) => {
            Error::Retry(ErrorCode::ModelUnavailable)
        }
        Some(E::ModelTimeoutException(_)) => Error::Retry(ErrorCode::ModelTimeout),
        Some(E::ModelErrorException(_) | E::ModelStreamErrorException(_)) => Error::Retry(ErrorCode::ModelError),
        Some(E::ValidationException(_)) => Error::Tell(ErrorCode::ModelRejected),
        Some(E::AccessDeniedException(_) | E::ResourceNotFoundException(_)) => Error::Tell(ErrorCode::ModelMisconfigured),
        _ => match (error, status) {
            (SdkError::ConstructionFailure(_), _) => Error::Tell(ErrorCode::Internal),
            (_, Some(429)) => Error::Retry(ErrorCode::ModelThrottled),
            (_, Some(401 | 403 | 404)) => Error::Tell(ErrorCode::ModelMisconfigured),
            (_, Some(400..=499)) => Error::Tell(ErrorCode::ModelRejected),
            _ => Error::Retry(ErrorCode::ModelUnavailable),
        },
    }
}

/// An open stream of Bedrock.
pub struct BedrockStream(Opened);

impl AnswerStream for BedrockStream {
    async fn next(&mut self) -> Result<Option<Piece>, Error> {
        match self.0.stream.recv().await {
            Ok(event) => Ok(event.map(piece)),
            Err(SdkError::ServiceError(error)) => {
                let error = in_stream(error.err());
                tracing::warn!(%error, "model failed in its stream");
                Err(error)
            }
            Err(_) => {
                tracing::warn!("model's stream was cut");
                Err(Error::Retry(ErrorCode::ModelInterrupted))
            }
        }
    }
}

/// Text is for the reader; reasoning, tool calls and whatever later versions add are not.
fn piece(event: ConverseStreamOutput) -> Piece {
    match event {
        ConverseStreamOutput::ContentBlockDelta(block) => match block.delta {
            Some(ContentBlockDelta::Text(text)) => Piece::Text(text.into()),
            _ => Piece::Busy,
        },
        ConverseStreamOutput::MessageStop(stop) => Piece::Stop(stop.stop_reason.as_str().to_owned()),
        ConverseStreamOutput::Metadata(metadata) => metadata.usage.as_ref().map_or(Piece::Busy, |told| Piece::Usage(usage(told))),
        _ => Piece::Busy,
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
        E::ThrottlingException(_) => Error::Retry(ErrorCode::ModelThrottled),
        E::ServiceUnavailableException(_) | E::InternalServerException(_) => Error::Retry(ErrorCode::ModelUnavailable),
        E::ValidationException(_) => Error::Tell(ErrorCode::ModelRejected),
        _ => Error::Retry(ErrorCode::ModelError),
    }
}
