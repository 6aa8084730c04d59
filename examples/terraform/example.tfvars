release = "../../dist/templates"
bucket  = "example-code-eu-west-1"

cluster = {
  name             = "eu"
  api_endpoints    = ["https://redis.eu.example.com:9443"]
  admin_secret_arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:redis-enterprise/admin-a1b2c3"
}

users = {
  orders  = { host = "redis-12000.redis.eu.example.com", port = 12000 }
  carts   = { host = "redis-12000.redis.eu.example.com", port = 12000, schedule = "rate(7 days)" }
  billing = { host = "redis-12001.redis.eu.example.com", port = 12001, extra_fields = { db = 0 } }
}
