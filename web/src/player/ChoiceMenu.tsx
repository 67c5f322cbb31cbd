/** A button of the player that opens a menu in which one thing is chosen. */
import { DropdownMenu } from 'radix-ui';
import type { ReactNode } from 'react';
import { TickIcon } from './icons';

export interface Choice<T> {
  value: T;
  text: string;
}

interface ChoiceMenuProps<T> {
  label: string;
  /** What the button shows: an icon, or a short form of what is chosen. */
  face: ReactNode;
  choices: Choice<T>[];
  chosen: T;
  choose: (value: T) => void;
}

/** Not modal, and inside the player: full screen shows nothing that is elsewhere. */
export function ChoiceMenu<T>({ label, face, choices, chosen, choose }: ChoiceMenuProps<T>) {
  const at = choices.findIndex(({ value }) => value === chosen);
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger
        className="player__button"
        aria-label={`${label}: ${choices[at]?.text ?? ''}`}
        title={label}
      >
        {face}
      </DropdownMenu.Trigger>
      <DropdownMenu.Content
        className="player__menu"
        side="top"
        align="end"
        sideOffset={8}
        collisionPadding={8}
      >
        <DropdownMenu.Label className="player__menu-title">{label}</DropdownMenu.Label>
        <DropdownMenu.RadioGroup
          value={String(at)}
          onValueChange={(index) => {
            const choice = choices[Number(index)];
            if (choice) choose(choice.value);
          }}
        >
          {choices.map(({ text }, index) => (
            <DropdownMenu.RadioItem key={text} value={String(index)} className="player__choice">
              <span className="player__tick">
                <DropdownMenu.ItemIndicator>
                  <TickIcon />
                </DropdownMenu.ItemIndicator>
              </span>
              {text}
            </DropdownMenu.RadioItem>
          ))}
        </DropdownMenu.RadioGroup>
      </DropdownMenu.Content>
    </DropdownMenu.Root>
  );
}
