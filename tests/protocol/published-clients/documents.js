// What an app asks for, the same through every client.
export const { URL: url, CORRELATION_ID: correlationId } = process.env;
export const headers = { authorization: `Bearer ${process.env.TOKEN}` };

export const list = /* GraphQL */ `
  query List($first: Int!) {
    analyses(first: $first) {
      edges {
        node {
          correlationId
          state
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`;

export const startUpload = /* GraphQL */ `
  mutation StartUpload($filename: String!) {
    startUpload(filename: $filename, contentType: "image/jpeg", bytes: 3, checksum: "sha256:${'0'.repeat(64)}") {
      correlationId
      imageUploadPayload {
        putUrl
      }
    }
  }
`;

export const refused = /* GraphQL */ `
  mutation Refused {
    startUpload(filename: "page.html", contentType: "text/html") {
      correlationId
    }
  }
`;

export const completed = /* GraphQL */ `
  subscription Completed($correlationId: ID!) {
    onAnalysisCompleted(correlationId: $correlationId) {
      correlationId
      success
      cursor
    }
  }
`;

/** One line for the test that has started this program. */
export const answer = (seen) => console.log(JSON.stringify(seen));

export const codesOf = (errors = []) => errors.map(({ extensions }) => extensions?.code);
