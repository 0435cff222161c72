-- What wrk asks: each request another tenant of as many as its last argument says.
local tenants

function init(arguments)
  tenants = tonumber(arguments[1])
end

function request()
  return wrk.format("GET", "/" .. math.random(0, tenants - 1) .. "/some/page")
end
