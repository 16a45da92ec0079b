// Runs in the browser: GraphiQL on this address, subscriptions over SSE by graphql-sse.
/* global React, ReactDOM, GraphiQL, graphqlSse, document, location, fetch */
const url = new URL('graphql', location.href).href;

const isSubscription = (document, name) =>
  document?.definitions.some(
    ({ operation, name: of }) =>
      operation === 'subscription' && (name == null || of?.value === name),
  ) === true;

async function ask(body, headers) {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  return answer.json();
}

const fetcher = ({ query, operationName, variables }, { headers = {}, documentAST } = {}) => {
  const request = { query, operationName, variables };
  if (!isSubscription(documentAST, operationName)) return ask(request, headers);
  return graphqlSse.createClient({ url, headers, retryAttempts: 0 }).iterate(request);
};

const headers = '{\n  "authorization": "Bearer <npm run token>"\n}';
const query = `# Everything but ping needs an access token: paste one under Headers, then reload the docs.
subscription {
  analysisEvents {
    cursor
    event {
      __typename
      ... on AnalysisStarted {
        correlationId
      }
      ... on AnalysisCompleted {
        correlationId
        success
      }
    }
  }
}
`;

// Its history keeps the headers, and so the token: with the tab all of it is gone.
const kept = new Map();
const storage = {
  getItem: (name) => kept.get(name) ?? null,
  setItem: (name, value) => kept.set(name, value),
  removeItem: (name) => kept.delete(name),
  clear: () => kept.clear(),
  get length() {
    return kept.size;
  },
};

ReactDOM.createRoot(document.getElementById('graphiql')).render(
  React.createElement(GraphiQL, { fetcher, storage, defaultQuery: query, defaultHeaders: headers }),
);
