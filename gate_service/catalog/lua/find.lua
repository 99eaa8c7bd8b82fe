-- Looks identifiers up in one generation of the catalog, if it is still the one in force.
-- Keys: current, items and codes of the generation.
-- Arguments: the pointer as the caller knows it ("" for none); then for each identifier its text and its key.
-- Answers: the pointer ("" for none); and, where it is as the caller knows it, for each identifier two values: the item
-- that is meant (JSON), nil where nobody knows it; and the code by which it is meant, nil where the text is its SKU.
local current = redis.call("GET", KEYS[1]) or ""
if current ~= ARGV[1] then
  return { current }
end
local answer = { current }
for place = 2, #ARGV, 2 do
  local text, key = ARGV[place], ARGV[place + 1]
  local item, code = redis.call("HGET", KEYS[2], text), false
  if not item then
    code = redis.call("HGET", KEYS[3], key)
    if code then
      item = redis.call("HGET", KEYS[2], string.match(code, "^%S+"))
    elseif key ~= text then
      item, code = redis.call("HGET", KEYS[2], key), key
    end
  end
  answer[#answer + 1] = item
  answer[#answer + 1] = item and code
end
return answer
