export * from "@omnisock/core/framing";
