// @urql/core: its own fetch for everything, subscriptions over SSE too, and persisted operations.
import { Client, fetchExchange } from '@urql/core';
import { persistedExchange } from '@urql/exchange-persisted';
import * as documents from './documents.js';

const { url, headers, correlationId, answer, codesOf } = documents;
const withExchanges = (...exchanges) =>
  new Client({
    url,
    preferGetMethod: false,
    fetchSubscriptions: true,
    fetchOptions: { headers },
    exchanges: [...exchanges, fetchExchange],
  });
const plain = withExchanges();
const persisted = withExchanges(persistedExchange({ preferGetForPersistedQueries: true }));

const dataOf = async (operation) => {
  const { data, error } = await operation;
  if (error) throw error;
  return data;
};
const firstOf = (client, query, variables) =>
  new Promise((resolve, reject) => {
    client.subscription(query, variables).subscribe(({ data, error }) => {
      if (error) reject(error);
      else resolve(data);
    });
  });

const { error } = await plain.mutation(documents.refused, {}).toPromise();
answer({
  list: (await dataOf(plain.query(documents.list, { first: 5 }).toPromise())).analyses,
  persistedByGet: (await dataOf(persisted.query(documents.list, { first: 5 }).toPromise()))
    .analyses,
  started: (await dataOf(plain.mutation(documents.startUpload, { filename: 'a.jpg' }).toPromise()))
    .startUpload,
  refused: codesOf(error?.graphQLErrors),
  completed: (await firstOf(plain, documents.completed, { correlationId })).onAnalysisCompleted,
});
process.exit(0);
