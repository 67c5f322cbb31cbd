import { use } from 'react';
import { useStore } from '../app/store';
import { formatBytes } from '../format';
import { messages } from '../messages';
import { estimateSize, type Media, type SizedRecipe } from './estimate';
import { usePresets } from './presets';
import { UploadsContext } from './uploads';

const AN_HOUR: Media = {
  duration: 3600,
  video: { width: 1920, height: 1080, frameRate: 25 },
  audio: {},
};

function perHour(recipe: SizedRecipe): string | null {
  const size = estimateSize(recipe, AN_HOUR);
  return size === null ? null : messages.upload.perHour(formatBytes(size));
}

/** What the next files become, each choice with its description. */
export function PresetChooser() {
  const { preset } = use(UploadsContext);
  const chosen = useStore(preset);
  const { presets, failed } = usePresets();
  const texts = messages.upload;

  return (
    <fieldset className="presets">
      <legend>{texts.preset}</legend>
      {failed && presets.length === 0 && <p className="muted">{texts.presetsFailed}</p>}
      {presets.map(({ name, title, description, recipe }) => (
        // eslint-disable-next-line jsx-a11y/label-has-associated-control -- its text is in the spans
        <label key={name} className="preset">
          <input
            type="radio"
            name="preset"
            value={name}
            checked={chosen === name}
            onChange={() => preset.set(name)}
          />
          <span className="preset__text">
            <span className="preset__title">{title}</span>
            <span className="preset__description">
              {[description, perHour(recipe as SizedRecipe)].filter(Boolean).join(' ')}
            </span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}
