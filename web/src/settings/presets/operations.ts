/** What the pages of presets ask. The list also feeds the chooser of uploads, through the cache. */
import { graphql, type ResultOf } from '../../graphql';

export const PresetFacts = graphql(`
  fragment PresetFacts on Preset {
    name
    version
    title
    description
    builtin
    recipe
  }
`);

export const AllPresets = graphql(
  `
    query AllPresets {
      presets {
        ...PresetFacts
      }
    }
  `,
  [PresetFacts],
);

export const SavePreset = graphql(
  `
    mutation SavePreset($input: SavePresetInput!) {
      savePreset(input: $input) {
        preset {
          ...PresetFacts
        }
        userErrors {
          code
          message
          field
        }
      }
    }
  `,
  [PresetFacts],
);

export const DeletePreset = graphql(`
  mutation DeletePreset($input: DeletePresetInput!) {
    deletePreset(input: $input) {
      name
      userErrors {
        code
        message
      }
    }
  }
`);

export type Preset = ResultOf<typeof PresetFacts>;
