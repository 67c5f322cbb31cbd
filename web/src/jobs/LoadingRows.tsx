import { messages } from '../messages';

/** As high as what comes, so that nothing jumps. */
export function LoadingRows() {
  return (
    <div className="card rows" role="status" aria-label={messages.jobs.loading}>
      {[0, 1, 2].map((row) => (
        <div key={row} className="row">
          <div className="row__main">
            <span className="skeleton skeleton--title" />
            <span className="skeleton skeleton--text" />
          </div>
        </div>
      ))}
    </div>
  );
}
