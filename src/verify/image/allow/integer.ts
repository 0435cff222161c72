/** General-purpose instructions (SDM volume 2). What is not here: string instructions, segment registers, far
 * transfers, I/O, 16-bit forms of push, pop, call, jmp and ret, `pop` to memory, `ret` with an operand.
 *
 * @see ./group.ts for the notation */
import type { CodeGroup } from './group.js';

export const INTEGER: readonly CodeGroup[] = [
  {
    effect: 'mr flags',
    codes: `
    Add_rm8_r8 Add_rm16_r16 Add_rm32_r32 Add_rm64_r64 Add_r8_rm8 Add_r16_rm16 Add_r32_rm32 Add_r64_rm64
    Add_AL_imm8 Add_AX_imm16 Add_EAX_imm32 Add_RAX_imm32 Or_rm8_r8 Or_rm16_r16 Or_rm32_r32 Or_rm64_r64
    Or_r8_rm8 Or_r16_rm16 Or_r32_rm32 Or_r64_rm64 Or_AL_imm8 Or_AX_imm16 Or_EAX_imm32 Or_RAX_imm32
    Adc_rm8_r8 Adc_rm16_r16 Adc_rm32_r32 Adc_rm64_r64 Adc_r8_rm8 Adc_r16_rm16 Adc_r32_rm32 Adc_r64_rm64
    Adc_AL_imm8 Adc_AX_imm16 Adc_EAX_imm32 Adc_RAX_imm32 Sbb_rm8_r8 Sbb_rm16_r16 Sbb_rm32_r32 Sbb_rm64_r64
    Sbb_r8_rm8 Sbb_r16_rm16 Sbb_r32_rm32 Sbb_r64_rm64 Sbb_AL_imm8 Sbb_AX_imm16 Sbb_EAX_imm32 Sbb_RAX_imm32
    And_rm8_r8 And_rm16_r16 And_rm32_r32 And_rm64_r64 And_r8_rm8 And_r16_rm16 And_r32_rm32 And_r64_rm64
    And_AL_imm8 And_AX_imm16 And_EAX_imm32 And_RAX_imm32 Sub_rm8_r8 Sub_rm16_r16 Sub_rm32_r32 Sub_rm64_r64
    Sub_r8_rm8 Sub_r16_rm16 Sub_r32_rm32 Sub_r64_rm64 Sub_AL_imm8 Sub_AX_imm16 Sub_EAX_imm32 Sub_RAX_imm32
    Xor_rm8_r8 Xor_rm16_r16 Xor_rm32_r32 Xor_rm64_r64 Xor_r8_rm8 Xor_r16_rm16 Xor_r32_rm32 Xor_r64_rm64
    Xor_AL_imm8 Xor_AX_imm16 Xor_EAX_imm32 Xor_RAX_imm32 Add_rm8_imm8 Or_rm8_imm8 Adc_rm8_imm8 Sbb_rm8_imm8
    And_rm8_imm8 Sub_rm8_imm8 Xor_rm8_imm8 Add_rm16_imm16 Add_rm32_imm32 Add_rm64_imm32 Or_rm16_imm16
    Or_rm32_imm32 Or_rm64_imm32 Adc_rm16_imm16 Adc_rm32_imm32 Adc_rm64_imm32 Sbb_rm16_imm16 Sbb_rm32_imm32
    Sbb_rm64_imm32 And_rm16_imm16 And_rm32_imm32 And_rm64_imm32 Sub_rm16_imm16 Sub_rm32_imm32 Sub_rm64_imm32
    Xor_rm16_imm16 Xor_rm32_imm32 Xor_rm64_imm32 Add_rm16_imm8 Add_rm32_imm8 Add_rm64_imm8 Or_rm16_imm8
    Or_rm32_imm8 Or_rm64_imm8 Adc_rm16_imm8 Adc_rm32_imm8 Adc_rm64_imm8 Sbb_rm16_imm8 Sbb_rm32_imm8
    Sbb_rm64_imm8 And_rm16_imm8 And_rm32_imm8 And_rm64_imm8 Sub_rm16_imm8 Sub_rm32_imm8 Sub_rm64_imm8
    Xor_rm16_imm8 Xor_rm32_imm8 Xor_rm64_imm8 Rol_rm8_imm8 Ror_rm8_imm8 Shl_rm8_imm8 Shr_rm8_imm8
    Sar_rm8_imm8 Rol_rm16_imm8 Rol_rm32_imm8 Rol_rm64_imm8 Ror_rm16_imm8 Ror_rm32_imm8 Ror_rm64_imm8
    Shl_rm16_imm8 Shl_rm32_imm8 Shl_rm64_imm8 Shr_rm16_imm8 Shr_rm32_imm8 Shr_rm64_imm8 Sar_rm16_imm8
    Sar_rm32_imm8 Sar_rm64_imm8 Rol_rm8_1 Ror_rm8_1 Shl_rm8_1 Shr_rm8_1 Sar_rm8_1 Rol_rm16_1 Rol_rm32_1
    Rol_rm64_1 Ror_rm16_1 Ror_rm32_1 Ror_rm64_1 Shl_rm16_1 Shl_rm32_1 Shl_rm64_1 Shr_rm16_1 Shr_rm32_1
    Shr_rm64_1 Sar_rm16_1 Sar_rm32_1 Sar_rm64_1 Rol_rm8_CL Ror_rm8_CL Shl_rm8_CL Shr_rm8_CL Sar_rm8_CL
    Rol_rm16_CL Rol_rm32_CL Rol_rm64_CL Ror_rm16_CL Ror_rm32_CL Ror_rm64_CL Shl_rm16_CL Shl_rm32_CL
    Shl_rm64_CL Shr_rm16_CL Shr_rm32_CL Shr_rm64_CL Sar_rm16_CL Sar_rm32_CL Sar_rm64_CL Bts_rm16_r16
    Bts_rm32_r32 Bts_rm64_r64 Imul_r16_rm16 Imul_r32_rm32 Imul_r64_rm64 Btr_rm16_r16 Btr_rm32_r32
    Btr_rm64_r64 Bts_rm16_imm8 Bts_rm32_imm8 Bts_rm64_imm8 Btr_rm16_imm8 Btr_rm32_imm8 Btr_rm64_imm8
    Btc_rm16_imm8 Btc_rm32_imm8 Btc_rm64_imm8 Btc_rm16_r16 Btc_rm32_r32 Btc_rm64_r64 Bsf_r16_rm16
    Bsf_r32_rm32 Bsf_r64_rm64 Bsr_r16_rm16 Bsr_r32_rm32 Bsr_r64_rm64 Adcx_r32_rm32 Adcx_r64_rm64
    Adox_r32_rm32 Adox_r64_rm64`,
  },
  {
    effect: 'rr flags',
    codes: `
    Cmp_rm8_r8 Cmp_rm16_r16 Cmp_rm32_r32 Cmp_rm64_r64 Cmp_r8_rm8 Cmp_r16_rm16 Cmp_r32_rm32 Cmp_r64_rm64
    Cmp_AL_imm8 Cmp_AX_imm16 Cmp_EAX_imm32 Cmp_RAX_imm32 Cmp_rm8_imm8 Cmp_rm16_imm16 Cmp_rm32_imm32
    Cmp_rm64_imm32 Cmp_rm16_imm8 Cmp_rm32_imm8 Cmp_rm64_imm8 Test_rm8_r8 Test_rm16_r16 Test_rm32_r32
    Test_rm64_r64 Test_AL_imm8 Test_AX_imm16 Test_EAX_imm32 Test_RAX_imm32 Test_rm8_imm8 Test_rm16_imm16
    Test_rm32_imm32 Test_rm64_imm32 Bt_rm16_r16 Bt_rm32_r32 Bt_rm64_r64 Bt_rm16_imm8 Bt_rm32_imm8
    Bt_rm64_imm8`,
  },
  {
    effect: 'r',
    codes: `
    Push_r64 Pushq_imm32 Pushq_imm8 Jo_rel8_64 Jno_rel8_64 Jb_rel8_64 Jae_rel8_64 Je_rel8_64 Jne_rel8_64
    Jbe_rel8_64 Ja_rel8_64 Js_rel8_64 Jns_rel8_64 Jp_rel8_64 Jnp_rel8_64 Jl_rel8_64 Jge_rel8_64 Jle_rel8_64
    Jg_rel8_64 Call_rel32_64 Jmp_rel32_64 Jmp_rel8_64 Call_rm64 Jmp_rm64 Push_rm64 Prefetchw_m8
    Prefetchnta_m8 Prefetcht0_m8 Prefetcht1_m8 Prefetcht2_m8 Jo_rel32_64 Jno_rel32_64 Jb_rel32_64
    Jae_rel32_64 Je_rel32_64 Jne_rel32_64 Jbe_rel32_64 Ja_rel32_64 Js_rel32_64 Jns_rel32_64 Jp_rel32_64
    Jnp_rel32_64 Jl_rel32_64 Jge_rel32_64 Jle_rel32_64 Jg_rel32_64`,
  },
  {
    effect: 'w',
    codes: `
    Pop_r64 Seto_rm8 Setno_rm8 Setb_rm8 Setae_rm8 Sete_rm8 Setne_rm8 Setbe_rm8 Seta_rm8 Sets_rm8 Setns_rm8
    Setp_rm8 Setnp_rm8 Setl_rm8 Setge_rm8 Setle_rm8 Setg_rm8`,
  },
  {
    effect: 'wr',
    codes: `
    Movsxd_r32_rm32 Movsxd_r64_rm32 Mov_rm8_r8 Mov_rm16_r16 Mov_rm32_r32 Mov_rm64_r64
    Mov_r8_rm8 Mov_r16_rm16 Mov_r32_rm32 Mov_r64_rm64 Lea_r16_m Lea_r32_m Lea_r64_m Mov_r8_imm8
    Mov_r16_imm16 Mov_r32_imm32 Mov_r64_imm64 Mov_rm8_imm8 Mov_rm16_imm16 Mov_rm32_imm32 Mov_rm64_imm32
    Movzx_r16_rm8 Movzx_r32_rm8 Movzx_r64_rm8 Movzx_r16_rm16 Movzx_r32_rm16 Movzx_r64_rm16 Movsx_r16_rm8
    Movsx_r32_rm8 Movsx_r64_rm8 Movsx_r16_rm16 Movsx_r32_rm16 Movsx_r64_rm16 Movnti_m32_r32 Movnti_m64_r64
    Movbe_r16_m16 Movbe_r32_m32 Movbe_r64_m64 Movbe_m16_r16 Movbe_m32_r32 Movbe_m64_r64`,
  },
  {
    effect: 'wrr flags',
    codes: `
    Imul_r16_rm16_imm16 Imul_r32_rm32_imm32 Imul_r64_rm64_imm32 Imul_r16_rm16_imm8 Imul_r32_rm32_imm8
    Imul_r64_rm64_imm8 VEX_Andn_r32_r32_rm32 VEX_Andn_r64_r64_rm64 VEX_Bzhi_r32_rm32_r32
    VEX_Bzhi_r64_rm64_r64 VEX_Bextr_r32_rm32_r32 VEX_Bextr_r64_rm64_r64`,
  },
  {
    effect: 'mm',
    codes: `
    Xchg_rm8_r8 Xchg_rm16_r16 Xchg_rm32_r32 Xchg_rm64_r64 Xchg_r16_AX Xchg_r32_EAX Xchg_r64_RAX`,
  },
  {
    effect: '-',
    codes: `
    Nopw Nopd Nopq Pause Retnq Leaveq Int3 Ud2 Lfence Mfence Sfence`,
  },
  {
    effect: '- rax',
    codes: `
    Cbw Cwde Cdqe`,
  },
  {
    effect: '- rdx',
    codes: `
    Cwd Cdq Cqo`,
  },
  {
    effect: 'm',
    codes: `
    Not_rm8 Not_rm16 Not_rm32 Not_rm64 Bswap_r32 Bswap_r64`,
  },
  {
    effect: 'm flags',
    codes: `
    Neg_rm8 Neg_rm16 Neg_rm32 Neg_rm64 Inc_rm8 Dec_rm8 Inc_rm16 Inc_rm32 Inc_rm64 Dec_rm16 Dec_rm32 Dec_rm64`,
  },
  {
    effect: 'r rax flags',
    codes: `
    Mul_rm8 Imul_rm8 Div_rm8 Idiv_rm8`,
  },
  {
    effect: 'r rax rdx flags',
    codes: `
    Mul_rm16 Mul_rm32 Mul_rm64 Imul_rm16 Imul_rm32 Imul_rm64 Div_rm16 Div_rm32 Div_rm64 Idiv_rm16 Idiv_rm32
    Idiv_rm64`,
  },
  {
    effect: 'n',
    codes: `
    Nop_rm16 Nop_rm32 Nop_rm64`,
  },
  {
    effect: 'mr',
    codes: `
    Cmovo_r16_rm16 Cmovo_r32_rm32 Cmovo_r64_rm64 Cmovno_r16_rm16 Cmovno_r32_rm32 Cmovno_r64_rm64
    Cmovb_r16_rm16 Cmovb_r32_rm32 Cmovb_r64_rm64 Cmovae_r16_rm16 Cmovae_r32_rm32 Cmovae_r64_rm64
    Cmove_r16_rm16 Cmove_r32_rm32 Cmove_r64_rm64 Cmovne_r16_rm16 Cmovne_r32_rm32 Cmovne_r64_rm64
    Cmovbe_r16_rm16 Cmovbe_r32_rm32 Cmovbe_r64_rm64 Cmova_r16_rm16 Cmova_r32_rm32 Cmova_r64_rm64
    Cmovs_r16_rm16 Cmovs_r32_rm32 Cmovs_r64_rm64 Cmovns_r16_rm16 Cmovns_r32_rm32 Cmovns_r64_rm64
    Cmovp_r16_rm16 Cmovp_r32_rm32 Cmovp_r64_rm64 Cmovnp_r16_rm16 Cmovnp_r32_rm32 Cmovnp_r64_rm64
    Cmovl_r16_rm16 Cmovl_r32_rm32 Cmovl_r64_rm64 Cmovge_r16_rm16 Cmovge_r32_rm32 Cmovge_r64_rm64
    Cmovle_r16_rm16 Cmovle_r32_rm32 Cmovle_r64_rm64 Cmovg_r16_rm16 Cmovg_r32_rm32 Cmovg_r64_rm64
    Crc32_r32_rm8 Crc32_r64_rm8 Crc32_r32_rm16 Crc32_r32_rm32 Crc32_r64_rm64`,
  },
  {
    effect: 'mrr flags',
    codes: `
    Shld_rm16_r16_imm8 Shld_rm32_r32_imm8 Shld_rm64_r64_imm8 Shld_rm16_r16_CL Shld_rm32_r32_CL
    Shld_rm64_r64_CL Shrd_rm16_r16_imm8 Shrd_rm32_r32_imm8 Shrd_rm64_r64_imm8 Shrd_rm16_r16_CL
    Shrd_rm32_r32_CL Shrd_rm64_r64_CL`,
  },
  {
    effect: 'mr rax flags',
    codes: `
    Cmpxchg_rm8_r8 Cmpxchg_rm16_r16 Cmpxchg_rm32_r32 Cmpxchg_rm64_r64`,
  },
  {
    effect: 'wr flags',
    codes: `
    Popcnt_r16_rm16 Popcnt_r32_rm32 Popcnt_r64_rm64 Tzcnt_r16_rm16 Tzcnt_r32_rm32 Tzcnt_r64_rm64
    Lzcnt_r16_rm16 Lzcnt_r32_rm32 Lzcnt_r64_rm64 VEX_Blsr_r32_rm32 VEX_Blsr_r64_rm64 VEX_Blsmsk_r32_rm32
    VEX_Blsmsk_r64_rm64 VEX_Blsi_r32_rm32 VEX_Blsi_r64_rm64`,
  },
  {
    effect: 'mm flags',
    codes: `
    Xadd_rm8_r8 Xadd_rm16_r16 Xadd_rm32_r32 Xadd_rm64_r64`,
  },
  {
    effect: 'm rax rdx flags',
    codes: `
    Cmpxchg8b_m64 Cmpxchg16b_m128`,
  },
  {
    effect: 'wrr',
    codes: `
    VEX_Pext_r32_r32_rm32 VEX_Pext_r64_r64_rm64 VEX_Pdep_r32_r32_rm32 VEX_Pdep_r64_r64_rm64
    VEX_Shlx_r32_rm32_r32 VEX_Shlx_r64_rm64_r64 VEX_Sarx_r32_rm32_r32 VEX_Sarx_r64_rm64_r64
    VEX_Shrx_r32_rm32_r32 VEX_Shrx_r64_rm64_r64 VEX_Rorx_r32_rm32_imm8 VEX_Rorx_r64_rm64_imm8`,
  },
  {
    effect: 'wwr',
    codes: `
    VEX_Mulx_r32_r32_rm32 VEX_Mulx_r64_r64_rm64`,
  },
];
