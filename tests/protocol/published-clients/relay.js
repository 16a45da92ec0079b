// relay-runtime: documents as its compiler leaves them (text and no AST), the network by fetch and graphql-sse.
import { createClient } from 'graphql-sse';
import relay from 'relay-runtime';
import * as documents from './documents.js';

const { url, headers, correlationId, answer, codesOf } = documents;
const { Environment, Network, Observable, RecordSource, Store } = relay;
const sse = createClient({ url, headers });

const fetchQuery = async ({ name, text }, variables) => {
  const response = await globalThis.fetch(url, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify({ operationName: name, query: text, variables, id: null, extensions: {} }),
  });
  return response.json();
};
const subscribe = ({ name, text }, variables) =>
  Observable.create((sink) => sse.subscribe({ operationName: name, query: text, variables }, sink));
const environment = new Environment({
  network: Network.create(fetchQuery, subscribe),
  store: new Store(new RecordSource()),
});

const execute = (text, variables) => {
  const [, operationKind, name] = /(query|mutation|subscription) (\w+)/.exec(text);
  const argumentDefinitions = Object.keys(variables).map((argument) => ({
    kind: 'LocalArgument', // Relay sends no variable that is not among them
    name: argument,
    defaultValue: null,
  }));
  const node = {
    kind: 'Request',
    fragment: { kind: 'Fragment', name, argumentDefinitions, selections: [] },
    operation: { kind: 'Operation', name, argumentDefinitions, selections: [] },
    params: { id: null, cacheID: name, metadata: {}, name, operationKind, text },
  };
  const operation = relay.createOperationDescriptor(node, variables);
  const run =
    operationKind === 'mutation'
      ? environment.executeMutation({ operation })
      : operationKind === 'subscription'
        ? environment.executeSubscription({ operation })
        : environment.execute({ operation });
  return run.toPromise();
};

const { errors } = await execute(documents.refused, {}).catch(({ source }) => source);
answer({
  list: (await execute(documents.list, { first: 5 })).data.analyses,
  started: (await execute(documents.startUpload, { filename: 'a.jpg' })).data.startUpload,
  refused: codesOf(errors),
  completed: (await execute(documents.completed, { correlationId })).data.onAnalysisCompleted,
});
sse.dispose();
