/** Scripted answers for the pictures: what a model might say, in lumps as they arrive. */
import type { Question } from '../../src/api/ask';
import type { FakeAppSync } from '../fake-appsync/server';

export const RICH_ANSWER = `A **VPC endpoint** keeps traffic between your network and an AWS service on private addresses. Nothing crosses the public internet, and no \`0.0.0.0/0\` route is needed.

## How it works

1. The endpoint puts a network interface into each of your subnets.
2. *Private DNS* makes the service’s ordinary name resolve to it.
3. A policy on the endpoint says **which resources** may be reached.

| Endpoint | Serves | Billed by |
| --- | --- | --- |
| Interface | Bedrock, SNS, AppSync | hour and gigabyte |
| Gateway | S3, DynamoDB | nothing |

\`\`\`python
import random
import time


def call_with_backoff(call, attempts=5):
    """Calls until it succeeds, waiting longer each time."""
    for attempt in range(attempts):
        try:
            return call()
        except ThrottledError:
            time.sleep(random.uniform(0, 2 ** attempt))
    raise RuntimeError(f"gave up after {attempts} attempts")
\`\`\`

> An endpoint policy restricts by resource. Restricting by principal would lock out everyone who comes with an API key.

Read on in the [guide to private APIs](https://docs.aws.amazon.com/appsync/latest/devguide/using-private-apis.html).`;

export const ARABIC_ANSWER = `تُبقي **نقطة نهاية VPC** حركة البيانات داخل شبكتك:

- لا تمر أي بيانات عبر الإنترنت العام.
- تحدد \`policy\` الموارد المسموح بها.

| النوع | الخدمة |
| --- | --- |
| واجهة | Bedrock |
| بوابة | S3 |`;

export const BEYOND_MARKDOWN = `The energy is \\(E = mc^2\\), and a ticket costs $5 to $10.[^1]

\\[
x = \\frac{-b \\pm \\sqrt{b^2 - 4ac}}{2a}
\\]

| Step | What |
| --- | --- |
| 1 | first line<br>second line |

- [x] H<sub>2</sub>O and x<sup>2</sup>
- [ ] press <kbd>Ctrl</kbd>+<kbd>C</kbd>
  - [ ] nested

1. An item with a paragraph

   that goes on

   > and a quote

   \`\`\`hcl
   resource "aws_vpc" "main" {
     cidr_block = "10.0.0.0/16"
   }
   \`\`\`

これは**「重要」**です。約10~20分。

<details>
<summary>More</summary>

- hidden **list**

</details>

Cold start is again[^1] mentioned, and a second note[^b].

[^1]: A first note.
[^b]: A second note.`;

/** Answers every question with `text`; \`upTo\` leaves the answer under way after that many characters. */
export function answerWith(fake: FakeAppSync, text: string, upTo = text.length): void {
  fake.behaviour.onQuestion = (question) => {
    const pieces = text.slice(0, upTo).match(/[\s\S]{1,24}/g) ?? [];
    start(fake, question);
    pieces.forEach((message, index) =>
      fake.publish({ ...about(question), sequence: index + 1, event: 'DELTA', message }),
    );
    if (upTo < text.length) return;
    const usage = { stopReason: 'end_turn', inputTokens: 214, outputTokens: 486 };
    fake.publish({ ...about(question), sequence: pieces.length + 1, event: 'END', ...usage });
  };
}

/** Fails every question after a few words. */
export function failWith(fake: FakeAppSync, errorCode: string): void {
  fake.behaviour.onQuestion = (question) => {
    start(fake, question);
    fake.publish({ ...about(question), sequence: 1, event: 'DELTA', message: 'A VPC endpoint keeps traffic between' });
    fake.publish({
      ...about(question),
      sequence: 2,
      event: 'ERROR',
      message: 'Sorry, something went wrong.',
      errorCode,
    });
    fake.publish({ ...about(question), sequence: 3, event: 'ERROR', errorCode });
  };
}

function start(fake: FakeAppSync, question: Question): void {
  fake.publish({ ...about(question), sequence: 0, event: 'START' });
}

function about({ sessionId, requestId }: Question): Pick<Question, 'sessionId' | 'requestId'> {
  return { sessionId, requestId };
}
