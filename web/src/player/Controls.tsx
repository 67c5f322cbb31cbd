/** The bar of the player. */
import type { CSSProperties, ReactNode } from 'react';
import { formatClock, languageName } from '../format';
import { messages } from '../messages';
import { PlayIcon, SoundIcon } from '../ui/icons';
import { ChoiceMenu } from './ChoiceMenu';
import { AUTO, type Qualities, type Sounds } from './engine';
import { FullscreenIcon, MutedIcon, PauseIcon, PipIcon, SubtitlesIcon, VolumeIcon } from './icons';
import { type Subtitle, useActions, useMedia } from './media';
import { SeekBar } from './SeekBar';

const texts = messages.player;
const RATES = [0.5, 0.75, 1, 1.25, 1.5, 2];

interface ControlsProps {
  qualities: Qualities;
  chooseHeight: (height: number) => void;
  sounds: Sounds;
  chooseSound: (id: number) => void;
}

export function Controls({ qualities, chooseHeight, sounds, chooseSound }: ControlsProps) {
  return (
    <div className="player__bar" role="group" aria-label={texts.controls}>
      <SeekBar />
      <div className="player__row">
        <PlayButton />
        <Volume />
        <Time />
        <div className="player__choices">
          <SpeedMenu />
          <SubtitlesMenu />
          {sounds.all.length > 1 && <SoundMenu sounds={sounds} choose={chooseSound} />}
          {qualities.heights.length > 1 && (
            <QualityMenu qualities={qualities} choose={chooseHeight} />
          )}
          <PipButton />
          <FullscreenButton />
        </div>
      </div>
    </div>
  );
}

interface BarButtonProps {
  label: string;
  act: () => void;
  children: ReactNode;
}

function BarButton({ label, act, children }: BarButtonProps) {
  return (
    <button type="button" className="player__button" aria-label={label} title={label} onClick={act}>
      {children}
    </button>
  );
}

function PlayButton() {
  const paused = useMedia((state) => state.mediaPaused ?? true);
  const { togglePlay } = useActions();
  return (
    <BarButton label={paused ? texts.play : texts.pause} act={togglePlay}>
      {paused ? <PlayIcon /> : <PauseIcon />}
    </BarButton>
  );
}

function Volume() {
  const silent = useMedia((state) => state.mediaVolumeLevel === 'off');
  const volume = useMedia((state) => (state.mediaMuted ? 0 : (state.mediaVolume ?? 1)));
  const { toggleMute, setVolume } = useActions();
  return (
    <>
      <BarButton label={silent ? texts.unmute : texts.mute} act={toggleMute}>
        {silent ? <MutedIcon /> : <VolumeIcon />}
      </BarButton>
      <input
        type="range"
        className="slider player__volume"
        data-own-keys
        min={0}
        max={1}
        step={0.05}
        value={volume}
        aria-label={texts.volume}
        style={{ '--played': `${volume * 100}%`, '--loaded': '0%' } as CSSProperties}
        onChange={({ target }) => setVolume(target.valueAsNumber)}
      />
    </>
  );
}

function Time() {
  const time = useMedia((state) => Math.floor(state.mediaCurrentTime ?? 0));
  const duration = useMedia((state) => state.mediaDuration || 0);
  return (
    <span className="player__time">
      {formatClock(time)} / {formatClock(duration)}
    </span>
  );
}

function SpeedMenu() {
  const rate = useMedia((state) => state.mediaPlaybackRate ?? 1);
  const { setRate } = useActions();
  return (
    <ChoiceMenu
      label={texts.speed}
      face={texts.times(rate)}
      choices={RATES.map((value) => ({ value, text: texts.times(value) }))}
      chosen={rate}
      choose={setRate}
    />
  );
}

const sameText = (one: Subtitle, other: Subtitle | undefined) =>
  one.language === other?.language && one.label === other.label && one.kind === other.kind;

function SubtitlesMenu() {
  const all = useMedia((state) => state.mediaSubtitlesList) ?? [];
  const showing = useMedia((state) => state.mediaSubtitlesShowing)?.[0];
  const { showSubtitles } = useActions();
  if (all.length === 0) return null;
  return (
    <ChoiceMenu
      label={texts.subtitles}
      face={
        <span className={showing ? 'text-accent' : undefined}>
          <SubtitlesIcon />
        </span>
      }
      choices={[
        { value: null, text: texts.off },
        ...all.map((value) => ({ value, text: value.label || languageName(value.language) })),
      ]}
      chosen={all.find((one) => sameText(one, showing)) ?? null}
      choose={showSubtitles}
    />
  );
}

function SoundMenu({ sounds, choose }: { sounds: Sounds; choose: (id: number) => void }) {
  return (
    <ChoiceMenu
      label={texts.sound}
      face={<SoundIcon />}
      choices={sounds.all.map(({ id, name, language }) => ({
        value: id,
        text: name || languageName(language),
      }))}
      chosen={sounds.chosen}
      choose={choose}
    />
  );
}

function QualityMenu({
  qualities: { heights, chosen, playing },
  choose,
}: {
  qualities: Qualities;
  choose: (height: number) => void;
}) {
  const auto = chosen === AUTO && playing !== AUTO ? texts.autoNow(playing) : texts.auto;
  const now = chosen === AUTO ? playing : chosen;
  return (
    <ChoiceMenu
      label={texts.quality}
      face={now === AUTO ? texts.auto : texts.height(now)}
      choices={[
        { value: AUTO, text: auto },
        ...heights.map((value) => ({ value, text: texts.height(value) })),
      ]}
      chosen={chosen}
      choose={choose}
    />
  );
}

function PipButton() {
  const missing = useMedia((state) => Boolean(state.mediaPipUnavailable));
  const inside = useMedia((state) => state.mediaIsPip ?? false);
  const { togglePip } = useActions();
  if (missing) return null;
  return (
    <BarButton label={inside ? texts.leavePip : texts.pip} act={togglePip}>
      <PipIcon />
    </BarButton>
  );
}

function FullscreenButton() {
  const missing = useMedia((state) => Boolean(state.mediaFullscreenUnavailable));
  const full = useMedia((state) => state.mediaIsFullscreen ?? false);
  const { toggleFullscreen } = useActions();
  if (missing) return null;
  return (
    <BarButton label={full ? texts.leaveFullscreen : texts.fullscreen} act={toggleFullscreen}>
      <FullscreenIcon />
    </BarButton>
  );
}
