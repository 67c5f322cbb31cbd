import { describe, expect, it } from 'vitest';
import { Rate } from './rate';

describe('Rate', () => {
  it('says nothing before a second has passed', () => {
    const rate = new Rate();
    rate.add(0, 0);
    rate.add(900, 5000);
    expect(rate.speed).toBeNull();
    expect(rate.secondsFor(100)).toBeNull();
  });

  it('measures bytes a second and the time left', () => {
    const rate = new Rate();
    rate.add(0, 0);
    rate.add(2000, 4000);
    expect(rate.speed).toBe(2000);
    expect(rate.secondsFor(10_000)).toBe(5);
  });

  it('forgets what is older than its window', () => {
    const rate = new Rate();
    rate.add(0, 0);
    rate.add(1000, 1_000_000);
    for (let second = 2; second <= 12; second += 1) rate.add(second * 1000, 1_000_000);
    expect(rate.speed).toBe(0);
    expect(rate.secondsFor(1)).toBeNull();
  });

  it('is not negative when a part begins again', () => {
    const rate = new Rate();
    rate.add(0, 5000);
    rate.add(2000, 1000);
    expect(rate.speed).toBe(0);
  });
});
