/** Icons of the player, in the manner of ui/icons. */
import { Icon } from '../ui/icons';

export const PauseIcon = () => (
  <Icon>
    <path d="M8 5.5v13m8-13v13" strokeWidth="3" />
  </Icon>
);

export const VolumeIcon = () => (
  <Icon>
    <path d="M4 9.5v5h3.5L12 18.5v-13L7.5 9.5ZM15.5 9a4 4 0 0 1 0 6m2.5-9a8 8 0 0 1 0 12" />
  </Icon>
);

export const MutedIcon = () => (
  <Icon>
    <path d="M4 9.5v5h3.5L12 18.5v-13L7.5 9.5Zm12 .5 4.5 4.5m0-4.5L16 14.5" />
  </Icon>
);

export const SubtitlesIcon = () => (
  <Icon>
    <rect x="3.5" y="5" width="17" height="14" rx="2.5" />
    <path d="M7 11.5h4m3 0h3M7 15h2.5m3 0H17" />
  </Icon>
);

export const PipIcon = () => (
  <Icon>
    <path d="M20.5 11V7A2.5 2.5 0 0 0 18 4.5H6A2.5 2.5 0 0 0 3.5 7v9A2.5 2.5 0 0 0 6 18.5h4" />
    <rect x="13" y="14" width="8" height="6" rx="1.5" />
  </Icon>
);

export const FullscreenIcon = () => (
  <Icon>
    <path d="M4 9V5.5A1.5 1.5 0 0 1 5.5 4H9m6 0h3.5A1.5 1.5 0 0 1 20 5.5V9m0 6v3.5a1.5 1.5 0 0 1-1.5 1.5H15m-6 0H5.5A1.5 1.5 0 0 1 4 18.5V15" />
  </Icon>
);

export const TickIcon = () => (
  <Icon>
    <path d="m5 12.5 4.5 4.5L19 7.5" />
  </Icon>
);
