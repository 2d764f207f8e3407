import { createScript } from './script.ts';

/*
 * A lock is one hash. Its fields:
 *
 * - `h:<holder>` for who holds it: mode, end of its time, token;
 * - `w:<holder>` for who waits: mode, end of its time, place;
 * - `t:x` and `t:s` for the latest token of an exclusive and of a shared holder.
 *
 * Times are milliseconds of the clock of Redis: those of the gateways differ. Tokens rise, and are never below that
 * clock, so that they rise also where Redis has lost what it had.
 */

/** Milliseconds for which the tokens of an unused lock are kept: much longer than a process stands still. */
const KEPT = 24 * 60 * 60 * 1000;

const NOW = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)`;

const ENTRY = `
local function entry(mode, ends, number)
  return string.format('%s:%.0f:%.0f', mode, ends, number)
end`;

/**
 * Takes the lock, or a place in the order of arrival. Who does not ask again in time loses the place.
 * ARGV: holder, mode, milliseconds of a holding, milliseconds of a place, which is 0 for who does not wait any longer.
 * Returns the token, or nothing.
 */
export const ACQUIRE = createScript(`
${NOW}
${ENTRY}
local lock, holder, mode = KEYS[1], ARGV[1], ARGV[2]
local fields = redis.call('HGETALL', lock)
local newest, last, place, token, isFree, waiting = 0, 0, nil, nil, true, {}
for at = 1, #fields, 2 do
  local field, value = fields[at], fields[at + 1]
  local kind = field:sub(1, 2)
  if kind == 't:' then
    newest = math.max(newest, tonumber(value))
  else
    local other, ends, number = value:match('(%a):(%d+):(%d+)')
    number = tonumber(number)
    if tonumber(ends) <= now then
      redis.call('HDEL', lock, field)
    elseif field == 'h:' .. holder then
      token = number
    elseif field == 'w:' .. holder then
      place = number
    elseif kind == 'h:' then
      isFree = isFree and mode == 's' and other == 's'
    else
      last = math.max(last, number)
      waiting[#waiting + 1] = { other, number }
    end
  end
end
place = place or last + 1
for _, other in ipairs(waiting) do
  if other[2] < place and (mode == 'x' or other[1] == 'x') then isFree = false end
end
if token == nil and not isFree then
  if ARGV[4] == '0' then
    redis.call('HDEL', lock, 'w:' .. holder)
    return false
  end
  redis.call('HSET', lock, 'w:' .. holder, entry(mode, now + ARGV[4], place))
  redis.call('PEXPIRE', lock, ${KEPT})
  return false
end
token = token or math.max(newest + 1, now)
redis.call('HDEL', lock, 'w:' .. holder)
redis.call('HSET', lock, 'h:' .. holder, entry(mode, now + ARGV[3], token), 't:' .. mode, string.format('%.0f', token))
redis.call('PEXPIRE', lock, ${KEPT})
return string.format('%.0f', token)
`);

/**
 * Prolongs a holding. One that is not there is entered again where nobody has had the lock since: Redis may have lost
 * it. An exclusive holder must have been the last of all, a shared one no older than the last exclusive one.
 * ARGV: holder, mode, milliseconds of a holding, token. Returns 1, or 0 where it is lost.
 */
export const RENEW = createScript(`
${NOW}
${ENTRY}
local lock, field, mode, token = KEYS[1], 'h:' .. ARGV[1], ARGV[2], tonumber(ARGV[4])
local value = redis.call('HGET', lock, field)
local ends = value and tonumber(value:match('%a:(%d+):'))
if not ends or ends <= now then
  local exclusive, shared = redis.call('HGET', lock, 't:x') or '0', redis.call('HGET', lock, 't:s') or '0'
  if tonumber(exclusive) > token or (mode == 'x' and tonumber(shared) > token) then return 0 end
  local latest = math.max(token, tonumber(mode == 'x' and exclusive or shared))
  redis.call('HSET', lock, 't:' .. mode, string.format('%.0f', latest))
end
redis.call('HSET', lock, field, entry(mode, now + ARGV[3], token))
redis.call('PEXPIRE', lock, ${KEPT})
return 1
`);

/** Gives back a holding or a place. ARGV: holder. */
export const RELEASE = createScript(`return redis.call('HDEL', KEYS[1], 'h:' .. ARGV[1], 'w:' .. ARGV[1])`);
