{
  "$schema": "https://opencode.ai/config.json",
  provider: .providers | map_values({ npm, name, options: { baseURL }, models })
}
