// The operations of this client, each checked against contracts/schema.graphql by a test.
const recognition = /* GraphQL */ `
  fragment WholeRecognition on Recognition {
    provider {
      name
      apiVersion
      featureset
      maxResults
    }
    aggregate {
      brand
      type
      model
      name
      confidence
      isConfident
      brandConfidence
      typeConfidence
      modelConfidence
      typeSource
    }
    status
    reasons
    unsupportedFeatures
    evidence {
      source
      reason
      box {
        x
        y
        width
        height
      }
    }
  }
`;

const analysis = /* GraphQL */ `
  fragment WholeAnalysis on Analysis {
    correlationId
    objectKey
    state
    startedAt
    completedAt
    success
    duplicateOf
    failure {
      code
      message
    }
    recognitionPayload {
      ...WholeRecognition
    }
    redo {
      state
      startedAt
      completedAt
      failure {
        code
        message
      }
    }
  }
  ${recognition}
`;

const correction = /* GraphQL */ `
  fragment WholeCorrection on Analysis {
    correction {
      brand
      type
      model
      correctedAt
    }
  }
`;

const upload = /* GraphQL */ `
  fragment WholeUpload on StartUploadPayload {
    correlationId
    imageUploadPayload {
      uploadId
      key
      objectKey
      putUrl
      headers {
        name
        value
      }
      expiresAt
    }
  }
`;

export const documents = {
  Ping: /* GraphQL */ `
    query Ping {
      ping
    }
  `,
  StartUpload: /* GraphQL */ `
    mutation StartUpload(
      $filename: String!
      $contentType: String!
      $bytes: Int
      $checksum: String
    ) {
      startUpload(
        filename: $filename
        contentType: $contentType
        bytes: $bytes
        checksum: $checksum
      ) {
        ...WholeUpload
      }
    }
    ${upload}
  `,
  RenewUpload: /* GraphQL */ `
    mutation RenewUpload($uploadId: String!) {
      renewUpload(uploadId: $uploadId) {
        ...WholeUpload
      }
    }
    ${upload}
  `,
  ConfirmUpload: /* GraphQL */ `
    mutation ConfirmUpload($uploadId: String!, $bytes: Int!, $checksum: String!) {
      confirmUpload(uploadId: $uploadId, bytes: $bytes, checksum: $checksum) {
        status
      }
    }
  `,
  AnalysisEvents: /* GraphQL */ `
    subscription AnalysisEvents($after: ID) {
      analysisEvents(after: $after) {
        cursor
        event {
          __typename
          ... on AnalysisStarted {
            eventId
            correlationId
            objectKey
            startedAt
          }
          ... on AnalysisCompleted {
            eventId
            correlationId
            objectKey
            success
            duplicateOf
            startedAt
            completedAt
            failure {
              code
              message
            }
            recognitionPayload {
              ...WholeRecognition
            }
          }
          ... on AnalysisCorrected {
            eventId
            correlationId
            brand
            type
            model
            correctedAt
          }
          ... on AnalysisDeleted {
            eventId
            correlationId
            deletedAt
          }
        }
      }
    }
    ${recognition}
  `,
  FeedCursors: /* GraphQL */ `
    query FeedCursors {
      feedCursors {
        started
        completed
        events
      }
    }
  `,
  Analysis: /* GraphQL */ `
    query Analysis($correlationId: ID!, $atLeast: ID, $withCorrection: Boolean = true) {
      analysis(correlationId: $correlationId, atLeast: $atLeast) {
        ...WholeAnalysis
        ...WholeCorrection @include(if: $withCorrection)
        queue {
          ownAhead
          estimatedSeconds
        }
      }
    }
    ${analysis}
    ${correction}
  `,
  Analyses: /* GraphQL */ `
    query Analyses(
      $first: Int
      $after: ID
      $state: AnalysisState
      $brand: String
      $type: String
      $text: String
      $confident: Boolean
      $from: String
      $to: String
      $changedSince: String
      $order: AnalysesOrder
      $atLeast: ID
    ) {
      analyses(
        first: $first
        after: $after
        state: $state
        brand: $brand
        type: $type
        text: $text
        confident: $confident
        from: $from
        to: $to
        changedSince: $changedSince
        order: $order
        atLeast: $atLeast
      ) {
        edges {
          cursor
          node {
            ...WholeAnalysis
            ...WholeCorrection
          }
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
    }
    ${analysis}
    ${correction}
  `,
  CorrectAnalysis: /* GraphQL */ `
    mutation CorrectAnalysis($correlationId: ID!, $brand: String, $type: String, $model: String) {
      correctAnalysis(correlationId: $correlationId, brand: $brand, type: $type, model: $model) {
        correlationId
        correction {
          brand
          type
          model
          correctedAt
        }
      }
    }
  `,
  DeleteAnalysis: /* GraphQL */ `
    mutation DeleteAnalysis($correlationId: ID!) {
      deleteAnalysis(correlationId: $correlationId) {
        correlationId
        deletedAt
      }
    }
  `,
  RedoAnalysis: /* GraphQL */ `
    mutation RedoAnalysis($correlationId: ID!) {
      redoAnalysis(correlationId: $correlationId) {
        correlationId
      }
    }
  `,
  CancelAnalysis: /* GraphQL */ `
    mutation CancelAnalysis($correlationId: ID!) {
      cancelAnalysis(correlationId: $correlationId) {
        correlationId
      }
    }
  `,
} as const;

export const request = (
  operationName: keyof typeof documents,
  variables: Record<string, unknown> = {},
) => ({ query: documents[operationName], operationName, variables });
