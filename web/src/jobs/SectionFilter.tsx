/** Which sections are shown, and how many jobs each has. */
import { formatCount } from '../format';
import { messages } from '../messages';
import { type EndedSection, type Section, SECTIONS, type Sections } from './board';

interface Props {
  sections: Sections;
  more: Record<EndedSection, boolean>;
  chosen: Section | undefined;
  choose: (section: Section | undefined) => void;
}

export function SectionFilter({ sections, more, chosen, choose }: Props) {
  const texts = messages.board;
  return (
    <div role="group" aria-label={texts.filter} className="flex flex-wrap gap-2">
      <Choice on={!chosen} choose={() => choose(undefined)}>
        {texts.all}
      </Choice>
      {SECTIONS.map((section) => (
        <Choice key={section} on={chosen === section} choose={() => choose(section)}>
          {`${texts.section[section]} ${countOf(section, sections, more)}`}
        </Choice>
      ))}
    </div>
  );
}

/** With a plus where there are more than are shown. */
function countOf(
  section: Section,
  sections: Sections,
  more: Record<EndedSection, boolean>,
): string {
  const count = formatCount(sections[section].length);
  return (section === 'failed' || section === 'done') && more[section] ? `${count}+` : count;
}

interface ChoiceProps {
  on: boolean;
  choose: () => void;
  children: string;
}

const Choice = ({ on, choose, children }: ChoiceProps) => (
  <button
    type="button"
    aria-pressed={on}
    onClick={choose}
    className="button rounded-full! tabular-nums aria-pressed:border-accent aria-pressed:bg-accent-soft aria-pressed:text-accent-strong"
  >
    {children}
  </button>
);
