/**
 * The public AppSync client asks one question, as an application built on aws-amplify would.
 *
 * Reads one JSON object from its first argument: {endpoint, region, apiKey, sessionId, message, requestId, askAtOnce}.
 * With askAtOnce the question leaves when the subscription was requested, as in the blog's own page, and not when it is live.
 * Prints each event as a JSON line, and ends after END or the error marker.
 */
import { Amplify } from "aws-amplify";
import { CONNECTION_STATE_CHANGE, ConnectionState, generateClient } from "aws-amplify/api";
import { Hub } from "aws-amplify/utils";
import WebSocket from "ws";

// Node 20 has no WebSocket of its own; the browser's is what Amplify expects.
globalThis.WebSocket ??= WebSocket;

const { endpoint, region, apiKey, sessionId, message, requestId, askAtOnce } = JSON.parse(process.argv[2]);
Amplify.configure({ API: { GraphQL: { endpoint, region, defaultAuthMode: "apiKey", apiKey } } });
const client = generateClient();

// Amplify tells of start_ack only through its Hub.
const connected = new Promise((resolve) => {
  Hub.listen("api", ({ payload }) => {
    if (payload.event === CONNECTION_STATE_CHANGE && payload.data.connectionState === ConnectionState.Connected) resolve();
  });
});

const ended = new Promise((resolve, reject) => {
  client
    .graphql({
      query: /* GraphQL */ `
        subscription OnSendMessage($sessionId: String!) {
          onSendMessage(sessionId: $sessionId) { sessionId message locale timeStamp requestId sequence event }
        }
      `,
      variables: { sessionId },
    })
    .subscribe({
      next: ({ data }) => {
        process.stdout.write(`${JSON.stringify(data.onSendMessage)}\n`);
        if (["#END_STREAM#", "#STREAM_ERROR#"].includes(data.onSendMessage.message)) resolve();
      },
      error: reject,
    });
});

if (!askAtOnce) await connected;
await client.graphql({
  query: /* GraphQL */ `
    query GetLlmResponse($input: GetLlmResponseInput!) {
      getLlmResponse(input: $input) { requestId messages { content contentType } }
    }
  `,
  variables: { input: { sessionId, message, locale: "en_US", requestId } },
});
await ended;
process.exit(0);
