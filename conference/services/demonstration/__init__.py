"""The two demonstrations (示例): what they are made of. `services.demo` loads them."""
