// @apollo/client: plain, with automatic persisted queries, in batches, and subscriptions over graphql-sse.
import { createHash } from 'node:crypto';
import { ApolloClient, CombinedGraphQLErrors, gql, HttpLink, InMemoryCache } from '@apollo/client';
import { BatchHttpLink } from '@apollo/client/link/batch-http';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { ApolloLink } from '@apollo/client/link';
import { createClient } from 'graphql-sse';
import { print } from 'graphql';
import { lastValueFrom, Observable } from 'rxjs';
import * as documents from './documents.js';

const { url, headers, correlationId, answer, codesOf } = documents;
const sse = createClient({ url, headers });
const overSse = new ApolloLink(
  ({ query, variables, operationName }) =>
    new Observable((observer) =>
      sse.subscribe({ query: print(query), variables, operationName }, observer),
    ),
);
const isSubscription = ({ query }) =>
  query.definitions.some(({ operation }) => operation === 'subscription');
const through = (link) =>
  new ApolloClient({
    cache: new InMemoryCache(),
    defaultOptions: { query: { fetchPolicy: 'no-cache' } },
    link: ApolloLink.split(isSubscription, overSse, link),
  });
const http = () =>
  new HttpLink({ uri: url, headers, clientAwareness: { name: 'site-app', version: '1.2.3' } });
const sha256 = (text) => createHash('sha256').update(text).digest('hex');

const plain = through(http());
const persisted = (options) =>
  through(new PersistedQueryLink({ sha256, ...options }).concat(http()));
const listBy = async (client, query = documents.list) =>
  (await client.query({ query: gql(query), variables: { first: 5 } })).data.analyses;
const failureOf = (promise) =>
  promise.then(
    () => 'no failure',
    (error) =>
      CombinedGraphQLErrors.is(error)
        ? codesOf(error.errors)
        : `${error.statusCode} ${error.bodyText}`,
  );

const batched = through(new BatchHttpLink({ uri: url, headers, batchMax: 2, batchInterval: 20 }));
const subscription = plain.subscribe({
  query: gql(documents.completed),
  variables: { correlationId },
});
const mutate = (mutation, variables) => plain.mutate({ mutation: gql(mutation), variables });

answer({
  list: await listBy(plain),
  persistedByPost: await listBy(persisted({})),
  persistedByGet: await listBy(persisted({ useGETForHashedQueries: true })),
  started: (await mutate(documents.startUpload, { filename: 'a.jpg' })).data.startUpload,
  refused: await failureOf(mutate(documents.refused)),
  batch: await failureOf(
    Promise.all([listBy(batched), listBy(batched, documents.list.replace('List', 'Other'))]),
  ),
  completed: (await lastValueFrom(subscription)).data.onAnalysisCompleted,
});
sse.dispose();
