/** The x87 FPU, without the instructions that save or restore its registers. `flags` means RFLAGS: the status word is
 * no fact that this verifier keeps.
 *
 * @see ./group.ts for the notation */
import type { CodeGroup } from './group.js';

export const X87: readonly CodeGroup[] = [
  { effect: 'r', codes: 'Fldenv_m28byte' },
  { effect: 'w', codes: 'Fnstenv_m28byte' },
  {
    effect: '-',
    codes: `
    Wait Fnop Fchs Fabs Ftst Fxam Fld1 Fldl2t Fldl2e Fldpi Fldlg2 Fldln2 Fldz F2xm1 Fyl2x Fpatan Fxtract
    Fprem1 Fdecstp Fincstp Fprem Fyl2xp1 Fsqrt Frndint Fscale Fucompp Fnclex Fcompp`,
  },
  {
    effect: 'r',
    codes: `
    Fadd_m32fp Fmul_m32fp Fcom_m32fp Fcomp_m32fp Fsub_m32fp Fsubr_m32fp Fdiv_m32fp Fdivr_m32fp Fld_m32fp
    Fldcw_m2byte Fld_sti Fiadd_m32int Fimul_m32int Ficom_m32int Ficomp_m32int Fisub_m32int Fisubr_m32int
    Fidiv_m32int Fidivr_m32int Fild_m32int Fld_m80fp Fadd_m64fp Fmul_m64fp Fcom_m64fp Fcomp_m64fp Fsub_m64fp
    Fsubr_m64fp Fdiv_m64fp Fdivr_m64fp Fld_m64fp Fiadd_m16int Fimul_m16int Ficom_m16int Ficomp_m16int
    Fisub_m16int Fisubr_m16int Fidiv_m16int Fidivr_m16int Fild_m16int Fild_m64int`,
  },
  {
    effect: 'mr',
    codes: `
    Fadd_st0_sti Fmul_st0_sti Fsub_st0_sti Fsubr_st0_sti Fdiv_st0_sti Fdivr_st0_sti Fcmovb_st0_sti
    Fcmove_st0_sti Fcmovbe_st0_sti Fcmovu_st0_sti Fcmovnb_st0_sti Fcmovne_st0_sti Fcmovnbe_st0_sti
    Fcmovnu_st0_sti Fadd_sti_st0 Fmul_sti_st0 Fsubr_sti_st0 Fsub_sti_st0 Fdivr_sti_st0 Fdiv_sti_st0
    Faddp_sti_st0 Fmulp_sti_st0 Fsubrp_sti_st0 Fsubp_sti_st0 Fdivrp_sti_st0 Fdivp_sti_st0`,
  },
  {
    effect: 'rr',
    codes: `
    Fcom_st0_sti Fcomp_st0_sti Fucom_st0_sti Fucomp_st0_sti`,
  },
  {
    effect: 'w',
    codes: `
    Fst_m32fp Fstp_m32fp Fnstcw_m2byte Fisttp_m32int Fist_m32int Fistp_m32int Fstp_m80fp Fisttp_m64int
    Fst_m64fp Fstp_m64fp Fnstsw_m2byte Fst_sti Fstp_sti Fisttp_m16int Fist_m16int Fistp_m16int Fistp_m64int`,
  },
  {
    effect: 'mm',
    codes: `
    Fxch_st0_sti`,
  },
  {
    effect: 'rr flags',
    codes: `
    Fucomi_st0_sti Fcomi_st0_sti Fucomip_st0_sti Fcomip_st0_sti`,
  },
  {
    effect: 'n',
    codes: `
    Ffree_sti`,
  },
  {
    effect: 'w rax',
    codes: `
    Fnstsw_AX`,
  },
];
