/** What the page of API keys asks. */
import { graphql, type ResultOf } from '../../graphql';

export const KeyFacts = graphql(`
  fragment KeyFacts on ApiKey {
    id
    name
    scopes
    createdAt
    expiresAt
    revokedAt
  }
`);

export const ApiKeys = graphql(
  `
    query ApiKeys {
      apiKeys {
        ...KeyFacts
      }
    }
  `,
  [KeyFacts],
);

export const CreateApiKey = graphql(
  `
    mutation CreateApiKey($input: CreateApiKeyInput!) {
      createApiKey(input: $input) {
        apiKey {
          ...KeyFacts
        }
        secret
        userErrors {
          code
          message
          field
        }
      }
    }
  `,
  [KeyFacts],
);

export const RevokeApiKey = graphql(
  `
    mutation RevokeApiKey($input: RevokeApiKeyInput!) {
      revokeApiKey(input: $input) {
        apiKey {
          ...KeyFacts
        }
        userErrors {
          code
          message
        }
      }
    }
  `,
  [KeyFacts],
);

export type ApiKey = ResultOf<typeof KeyFacts>;
